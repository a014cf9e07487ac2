package io.berth.kubernetes.internal;

/** Something is in the way of a delivery that no request failed at. */
final class ObstructedException extends RuntimeException {

  private final transient Obstacle obstacle;

  ObstructedException(Obstacle obstacle) {
    super(obstacle.message());
    this.obstacle = obstacle;
  }

  Obstacle obstacle() {
    return obstacle;
  }
}
