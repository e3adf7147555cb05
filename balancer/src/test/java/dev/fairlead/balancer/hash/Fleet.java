package dev.fairlead.balancer.hash;

import dev.fairlead.balancer.Seed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Members that come and go, change places and weights, at random from the seed. */
final class Fleet {
  private record Member(String identity, double weight) {}

  private final Random random = new Random(Seed.value());
  private final List<Member> members = new ArrayList<>();
  private final boolean equal;

  /** Those that ever were, so that some come back. */
  private int named;

  private Fleet(int count, boolean equal) {
    this.equal = equal;
    add(count);
  }

  static Fleet equal(int count) {
    return new Fleet(count, true);
  }

  /** Of which weights change too. */
  static Fleet uneven(int count) {
    return new Fleet(count, false);
  }

  List<String> identities() {
    return members.stream().map(Member::identity).toList();
  }

  double[] weights() {
    return members.stream().mapToDouble(Member::weight).toArray();
  }

  /**
   * Mostly a small change, and now and then one of nearly all.
   *
   * @return what changed
   */
  String change() {
    int few = 1 + random.nextInt(3);
    return switch (random.nextInt(equal ? 8 : 12)) {
      case 0, 1 -> add(few);
      case 2, 3 -> remove(few);
      case 4 -> remove(few) + ", " + add(few);
      case 5 -> shuffle();
      case 6 -> random.nextInt(5) > 0 ? "nothing" : remove(members.size() * 9 / 10);
      case 7 -> random.nextInt(5) > 0 ? shuffle() + ", " + add(few) : add(members.size());
      case 8, 9, 10 -> weigh(few);
      default -> random.nextInt(5) > 0 ? remove(few) + ", " + weigh(few) : weigh(members.size());
    };
  }

  private String add(int count) {
    for (int i = 0; i < count && members.size() < 200; i++) {
      // One in three is back from before.
      int number = named > 0 && random.nextInt(3) == 0 ? random.nextInt(named) : named++;
      String identity = "west/10.0.0." + number + ":8080";
      if (members.stream().noneMatch(member -> member.identity().equals(identity))) {
        members.add(random.nextInt(members.size() + 1), new Member(identity, weight()));
      }
    }
    return "up to " + count + " more";
  }

  private String remove(int count) {
    for (int i = 0; i < count && members.size() > 1; i++) {
      members.remove(random.nextInt(members.size()));
    }
    return count + " fewer";
  }

  private String shuffle() {
    Collections.shuffle(members, random);
    return "shuffled";
  }

  private String weigh(int count) {
    for (int i = 0; i < count; i++) {
      int index = random.nextInt(members.size());
      members.set(index, new Member(members.get(index).identity(), weight()));
    }
    return count + " of other weight";
  }

  private double weight() {
    return equal ? 1 : Math.pow(10, random.nextDouble(2));
  }
}
