package dev.fairlead.balancer.benchmark;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientStreamTracer;
import io.grpc.LoadBalancer.PickResult;
import io.grpc.LoadBalancer.PickSubchannelArgs;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The pickers of grpc-java's policies, over subchannels that are ready. Where a policy counts
 * streams, one is opened and closed by the tracer that came with the pick, as a transport does it.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class GrpcBenchmark {
  /** Its policies by our names. */
  public enum Kind {
    ROUND_ROBIN("round_robin"),
    P2C("least_request_experimental");

    private final String id;

    Kind(String id) {
      this.id = id;
    }
  }

  @Param Kind policy;

  @Param({"3", "100", "1000"})
  int endpoints;

  private ReadyChannel channel;
  private final Metadata headers = new Metadata();
  private final PickSubchannelArgs call = new Call(headers);
  private final ClientStreamTracer.StreamInfo stream =
      ClientStreamTracer.StreamInfo.newBuilder().build();

  @Setup
  public void setUp() {
    channel = new ReadyChannel(policy.id, endpoints);
  }

  @TearDown
  public void tearDown() {
    channel.close();
  }

  @Benchmark
  public PickResult pickAndEnd() {
    PickResult pick = channel.picker().pickSubchannel(call);
    ClientStreamTracer.Factory tracers = pick.getStreamTracerFactory();
    if (tracers != null) {
      ClientStreamTracer tracer = tracers.newClientStreamTracer(stream, headers);
      tracer.streamCreated(Attributes.EMPTY, headers);
      tracer.streamClosed(Status.OK);
    }
    return pick;
  }

  private static final class Call extends PickSubchannelArgs {
    private static final MethodDescriptor<InputStream, InputStream> METHOD =
        MethodDescriptor.<InputStream, InputStream>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("shop.Cart/Get")
            .setRequestMarshaller(new Bytes())
            .setResponseMarshaller(new Bytes())
            .build();

    private final Metadata headers;

    Call(Metadata headers) {
      this.headers = headers;
    }

    @Override
    public CallOptions getCallOptions() {
      return CallOptions.DEFAULT;
    }

    @Override
    public Metadata getHeaders() {
      return headers;
    }

    @Override
    public MethodDescriptor<?, ?> getMethodDescriptor() {
      return METHOD;
    }
  }

  /** Never asked for a message; a method cannot be described without. */
  private static final class Bytes implements MethodDescriptor.Marshaller<InputStream> {
    @Override
    public InputStream stream(InputStream value) {
      return value;
    }

    @Override
    public InputStream parse(InputStream stream) {
      return new ByteArrayInputStream(new byte[0]);
    }
  }
}
