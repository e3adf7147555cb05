package dev.fairlead.app.command;

import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** An address and port: {@code 127.0.0.1:9901}, {@code [::1]:9901}, {@code localhost:0}. */
public final class Addresses implements ITypeConverter<InetSocketAddress> {
  static final String DEFAULT_ADMIN = "127.0.0.1:9901";

  private static final Pattern TEXT =
      Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[0-9A-Za-z.-]+):([0-9]{1,5})");

  @Override
  public InetSocketAddress convert(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > 65535) {
      throw new TypeConversionException(
          "'" + text + "' is no address and port such as " + DEFAULT_ADMIN);
    }
    return new InetSocketAddress(matcher.group(1), Integer.parseInt(matcher.group(2)));
  }
}
