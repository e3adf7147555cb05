package dev.fairlead.balancer.benchmark;

import io.grpc.Attributes;
import io.grpc.ChannelLogger;
import io.grpc.ConnectivityState;
import io.grpc.ConnectivityStateInfo;
import io.grpc.EquivalentAddressGroup;
import io.grpc.LoadBalancer;
import io.grpc.LoadBalancerRegistry;
import io.grpc.ManagedChannel;
import io.grpc.SynchronizationContext;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * As much of a channel as a gRPC policy needs to make its picker: subchannels that are ready as
 * soon as they are asked to connect.
 */
final class ReadyChannel extends LoadBalancer.Helper implements AutoCloseable {
  private final SynchronizationContext context =
      new SynchronizationContext(
          (thread, failure) -> {
            throw new IllegalStateException(failure);
          });
  private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
  private final LoadBalancer balancer;

  /** Volatile, as in a real channel. */
  private volatile LoadBalancer.@Nullable SubchannelPicker picker;

  ReadyChannel(String policy, int endpoints) {
    balancer =
        Objects.requireNonNull(LoadBalancerRegistry.getDefaultRegistry().getProvider(policy))
            .newLoadBalancer(this);
    List<EquivalentAddressGroup> addresses = new ArrayList<>();
    for (int index = 0; index < endpoints; index++) {
      SocketAddress address = InetSocketAddress.createUnresolved(Fleet.host(index), Fleet.PORT);
      addresses.add(new EquivalentAddressGroup(address));
    }
    LoadBalancer.ResolvedAddresses resolved =
        LoadBalancer.ResolvedAddresses.newBuilder().setAddresses(addresses).build();
    context.execute(() -> balancer.acceptResolvedAddresses(resolved));
    LoadBalancer.SubchannelPicker made = picker;
    if (made == null) {
      throw new IllegalStateException(policy + " made no picker");
    }
  }

  LoadBalancer.SubchannelPicker picker() {
    return Objects.requireNonNull(picker);
  }

  @Override
  public void close() {
    context.execute(balancer::shutdown);
    timers.shutdown();
  }

  @Override
  public LoadBalancer.Subchannel createSubchannel(LoadBalancer.CreateSubchannelArgs args) {
    return new ReadySubchannel(args.getAddresses(), args.getAttributes());
  }

  @Override
  public void updateBalancingState(
      ConnectivityState state, LoadBalancer.SubchannelPicker newPicker) {
    if (state == ConnectivityState.READY) {
      picker = newPicker;
    }
  }

  @Override
  public ManagedChannel createOobChannel(EquivalentAddressGroup addresses, String authority) {
    throw new UnsupportedOperationException("no policy here asks for one");
  }

  @Override
  public String getAuthority() {
    return "cart.shop";
  }

  @Override
  public SynchronizationContext getSynchronizationContext() {
    return context;
  }

  @Override
  public ScheduledExecutorService getScheduledExecutorService() {
    return timers;
  }

  @Override
  public ChannelLogger getChannelLogger() {
    return new Silence();
  }

  private final class ReadySubchannel extends LoadBalancer.Subchannel {
    private final List<EquivalentAddressGroup> addresses;
    private final Attributes attributes;
    private LoadBalancer.@Nullable SubchannelStateListener listener;

    ReadySubchannel(List<EquivalentAddressGroup> addresses, Attributes attributes) {
      this.addresses = addresses;
      this.attributes = attributes;
    }

    @Override
    public void start(LoadBalancer.SubchannelStateListener listener) {
      this.listener = listener;
    }

    @Override
    public void requestConnection() {
      tell(ConnectivityState.CONNECTING);
      tell(ConnectivityState.READY);
    }

    private void tell(ConnectivityState state) {
      context.execute(
          () ->
              Objects.requireNonNull(listener)
                  .onSubchannelState(ConnectivityStateInfo.forNonError(state)));
    }

    @Override
    public void shutdown() {}

    @Override
    public List<EquivalentAddressGroup> getAllAddresses() {
      return addresses;
    }

    @Override
    public Attributes getAttributes() {
      return attributes;
    }

    @Override
    public ChannelLogger getChannelLogger() {
      return new Silence();
    }
  }

  private static final class Silence extends ChannelLogger {
    @Override
    public void log(ChannelLogLevel level, String message) {}

    @Override
    public void log(ChannelLogLevel level, String format, Object... args) {}
  }
}
