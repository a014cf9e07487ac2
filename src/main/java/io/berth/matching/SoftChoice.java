package io.berth.matching;

/**
 * A choice of the best among some, but not without regard to how often each comes: choosing
 * otherwise than in proportion costs a little, so that no plan rests on what hardly ever arrives.
 * The cost is the relative entropy to the proportions, times the softness.
 */
final class SoftChoice {

  /** What is so much worse than the best, in units of the softness, is not chosen at all. */
  private static final double NEGLIGIBLE = -10;

  private SoftChoice() {}

  /**
   * Replaces worths by the shares in which they are chosen.
   *
   * @param worths what each brings; those of 0 or less are not chosen
   * @param weights in which proportion each comes
   * @param count how many of the arrays' entries to use
   * @return what the choice is worth, 0 where nothing is chosen
   */
  static double choose(double[] worths, double[] weights, int count, double softness) {
    double best = 0;
    for (int i = 0; i < count; i++) {
      best = Math.max(best, worths[i]);
    }
    double chosen = 0;
    double possible = 0;
    for (int i = 0; i < count; i++) {
      if (worths[i] <= 0) {
        worths[i] = 0;
        continue;
      }
      possible += weights[i];
      double exponent = (worths[i] - best) / softness;
      worths[i] = exponent < NEGLIGIBLE ? 0 : weights[i] * Math.exp(exponent);
      chosen += worths[i];
    }
    if (chosen <= 0) {
      return 0;
    }
    for (int i = 0; i < count; i++) {
      worths[i] /= chosen;
    }
    return Math.max(0, best + softness * Math.log(chosen / possible));
  }
}
