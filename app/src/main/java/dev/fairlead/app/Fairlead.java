package dev.fairlead.app;

/** The command. */
public final class Fairlead {
  private Fairlead() {}

  public static void main(String[] args) {
    System.out.println("fairlead");
  }
}
