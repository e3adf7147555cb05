package dev.fairlead.app.run;

import java.lang.reflect.Proxy;

/**
 * The operating system's signals. {@code sun.misc.Signal} is the only door that the JDK has, and
 * javac cannot be told not to warn of it; so it is opened by reflection, here and nowhere else: by
 * a dynamic proxy, which the AOT cache can keep, as it cannot a proxy of a method handle.
 */
public final class Signals {
  private Signals() {}

  /**
   * Runs {@code action} on a thread of its own at each signal.
   *
   * @param name without SIG: {@code HUP}
   * @return false where the platform has no such signal
   */
  public static boolean on(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> {
                if (method.getDeclaringClass() == Object.class) {
                  return method.invoke(action, arguments);
                }
                action.run();
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }
}
