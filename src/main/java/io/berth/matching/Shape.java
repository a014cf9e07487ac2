package io.berth.matching;

/** How many accelerators are asked for, and how they should lie. */
public sealed interface Shape {

  /** How many in all. */
  int accelerators();

  /**
   * So many, on as few nodes as possible.
   *
   * @param accelerators at least 1
   */
  record Count(int accelerators) implements Shape {

    /** Throws {@link IllegalArgumentException} where the number is less than 1. */
    public Count {
      requirePositive(accelerators);
    }
  }

  /**
   * So many nodes with so many each.
   *
   * @param nodes at least 1
   * @param acceleratorsPerNode at least 1
   */
  record Grid(int nodes, int acceleratorsPerNode) implements Shape {

    /** Throws {@link IllegalArgumentException} where a number is less than 1. */
    public Grid {
      requirePositive(nodes);
      requirePositive(acceleratorsPerNode);
    }

    @Override
    public int accelerators() {
      return Math.multiplyExact(nodes, acceleratorsPerNode);
    }
  }

  private static void requirePositive(int number) {
    if (number < 1) {
      throw new IllegalArgumentException("at least 1");
    }
  }
}
