package dev.fairlead.simulator.law;

/** The standard normal distribution. */
final class Normal {
  /** Coefficients of the numerator and denominator, the highest power first. */
  private static final double[] NEAR_ABOVE = {
    2509.0809287301227, 33430.57558358813, 67265.7709270087,
    45921.95393154987, 13731.69376550946, 1971.5909503065513,
    133.14166789178438, 3.3871328727963665
  };

  private static final double[] NEAR_BELOW = {
    5226.495278852854, 28729.085735721943, 39307.89580009271,
    21213.794301586597, 5394.196021424751, 687.1870074920579,
    42.31333070160091, 1.0
  };

  private static final double[] MIDDLE_ABOVE = {
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506,
    1.2704582524523684, 3.6478483247632045, 5.769497221460691,
    4.630337846156546, 1.4234371107496835
  };

  private static final double[] MIDDLE_BELOW = {
    1.0507500716444169E-09, 0.0005475938084995345, 0.015198666563616457,
    0.14810397642748008, 0.6897673349851, 1.6763848301838038,
    2.053191626637759, 1.0
  };

  private static final double[] FAR_ABOVE = {
    2.0103343992922881E-07, 2.7115555687434876E-05, 0.0012426609473880784,
    0.026532189526576124, 0.29656057182850487, 1.7848265399172913,
    5.463784911164114, 6.657904643501103
  };

  private static final double[] FAR_BELOW = {
    2.0442631033899397E-15, 1.421511758316446E-07, 1.8463183175100548E-05,
    0.0007868691311456133, 0.014875361290850615, 0.1369298809227358,
    0.599832206555888, 1.0
  };

  private Normal() {}

  /**
   * The value below which a share {@code p} in (0, 1) lies, to about 16 digits: Wichura's algorithm
   * AS 241 (PPND16), Applied Statistics 37, 1988.
   */
  static double quantile(double p) {
    double q = p - 0.5;
    if (Math.abs(q) <= 0.425) {
      double r = 0.180625 - q * q;
      return q * ratio(NEAR_ABOVE, NEAR_BELOW, r);
    }
    double r = StrictMath.sqrt(-StrictMath.log(q < 0 ? p : 1 - p));
    double value =
        r <= 5 ? ratio(MIDDLE_ABOVE, MIDDLE_BELOW, r - 1.6) : ratio(FAR_ABOVE, FAR_BELOW, r - 5);
    return q < 0 ? -value : value;
  }

  private static double ratio(double[] above, double[] below, double x) {
    double numerator = 0;
    double denominator = 0;
    for (int at = 0; at < above.length; at++) {
      numerator = numerator * x + above[at];
      denominator = denominator * x + below[at];
    }
    return numerator / denominator;
  }

  /** The share below {@code value}, to about 15 digits: the quantile's inverse, by bisection. */
  static double share(double value) {
    double low = 0x1.0p-60;
    double high = 1 - 0x1.0p-53;
    for (int step = 0; step < 120; step++) {
      double middle = (low + high) / 2;
      if (quantile(middle) < value) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  static double density(double value) {
    return StrictMath.exp(-value * value / 2) / StrictMath.sqrt(2 * Math.PI);
  }
}
