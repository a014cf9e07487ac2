package io.berth.kubernetes.internal;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Listable;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Reads lists of what a lease has page by page. How large its objects are is its tenant's choice,
 * and an answer may only be so large: a page that is larger is asked for in smaller pages. Blocks.
 *
 * @param deadline after it no page is asked for any more
 */
record Pages(Clock clock, Instant deadline) {

  /** How many objects of a kind a lease may have: quotas allow far fewer. */
  static final int OBJECTS_MAX = 20_000;

  private static final int SIZE = 50;
  private static final int SHRINKING = 5;

  /**
   * Everything that is listed.
   *
   * @param lean leaves of an object what is kept
   * @throws ObstructedException where it is not read in time, or too much
   */
  <T extends HasMetadata> List<T> all(
      Listable<? extends KubernetesResourceList<T>> listed, UnaryOperator<T> lean) {
    List<T> found = new ArrayList<>();
    each(listed, object -> found.add(lean.apply(object)));
    return found;
  }

  /** The same, with what each object is for. */
  <T extends HasMetadata> void each(
      Listable<? extends KubernetesResourceList<T>> listed, Consumer<T> work) {
    if (read(listed, work, OBJECTS_MAX)) {
      throw new ObstructedException(
          Obstacle.ofLease(
              "TooManyObjects",
              "The lease has more than %d objects of one kind in the cluster."
                  .formatted(OBJECTS_MAX)));
    }
  }

  /** The first that are listed, at most so many. */
  <T extends HasMetadata> List<T> first(
      int max, Listable<? extends KubernetesResourceList<T>> listed, UnaryOperator<T> lean) {
    List<T> found = new ArrayList<>();
    read(listed, object -> found.add(lean.apply(object)), max);
    return found;
  }

  /** Reads until the end, or until so many are read; returns whether there are more. */
  private <T extends HasMetadata> boolean read(
      Listable<? extends KubernetesResourceList<T>> listed, Consumer<T> work, int max) {
    String next = null;
    int size = SIZE;
    int read = 0;
    do {
      requireTime();
      KubernetesResourceList<T> page;
      try {
        page = page(listed, next, size);
      } catch (KubernetesClientException e) {
        if (size == 1 || !AnswerLimit.isExceeded(e)) {
          throw e;
        }
        size = Math.max(1, size / SHRINKING);
        continue;
      }
      page.getItems().forEach(work);
      read += page.getItems().size();
      next = page.getMetadata() == null ? null : page.getMetadata().getContinue();
      if (next == null || next.isEmpty()) {
        return false;
      }
    } while (read < max);
    return true;
  }

  private static <T extends HasMetadata> KubernetesResourceList<T> page(
      Listable<? extends KubernetesResourceList<T>> listed, @Nullable String next, int size) {
    return listed.list(new ListOptionsBuilder().withLimit((long) size).withContinue(next).build());
  }

  private void requireTime() {
    if (clock.instant().isAfter(deadline)) {
      throw new ObstructedException(
          Obstacle.ofLease(
              "TooMuchToRead", "What the lease has in the cluster could not be read in time."));
    }
  }
}
