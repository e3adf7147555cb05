package dev.fairlead.app.command;

import java.net.URI;
import java.net.URISyntaxException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Where an admin API is: {@code 127.0.0.1:9901}, or with a scheme, {@code https://admin:443}. */
public final class AdminUrl implements ITypeConverter<URI> {
  @Override
  public URI convert(String text) {
    try {
      if (!text.startsWith("http://") && !text.startsWith("https://")) {
        var address = new Addresses().convert(text);
        String host = address.getHostString();
        String literal = host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
        return new URI("http://" + literal + ":" + address.getPort());
      }
      URI url = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
      if (url.getHost() != null && url.getRawPath().isEmpty() && url.getRawQuery() == null) {
        return url;
      }
    } catch (URISyntaxException e) {
      // As below.
    }
    throw new TypeConversionException(
        "'" + text + "' is no URL such as http://127.0.0.1:9901, without a path");
  }
}
