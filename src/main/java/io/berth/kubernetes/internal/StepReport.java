package io.berth.kubernetes.internal;

import io.berth.leasing.JobId;
import io.berth.leasing.JobObservation;
import io.berth.leasing.TenantAccess;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one step of a delivery found.
 *
 * @param outcome where the delivery stands
 * @param jobs what was seen of jobs
 * @param strays pods that are to go once that is recorded, see {@link StrayPods}
 * @param access what the tenant may do; given where the outcome is {@link Outcome#DELIVERED}
 * @param obstacle what is in the way; given where the outcome is {@link Outcome#STUCK}
 */
record StepReport(
    Outcome outcome,
    Map<JobId, JobObservation> jobs,
    List<Pod> strays,
    Optional<TenantAccess> access,
    Optional<Obstacle> obstacle) {

  /** Where a delivery stands after a step. */
  enum Outcome {
    /** Everything that the lease needs is there. */
    DELIVERED,
    /** Nothing of the lease is left. */
    CLEARED,
    /** Another step is needed. */
    UNDERWAY,
    /** It does not get on. */
    STUCK
  }

  /** Copies the map in its order. */
  StepReport {
    jobs = new LinkedHashMap<>(jobs);
    strays = List.copyOf(strays);
  }

  static StepReport of(Outcome outcome, Map<JobId, JobObservation> jobs) {
    return new StepReport(outcome, jobs, List.of(), Optional.empty(), Optional.empty());
  }

  static StepReport delivered(
      Map<JobId, JobObservation> jobs, List<Pod> strays, TenantAccess access) {
    return new StepReport(Outcome.DELIVERED, jobs, strays, Optional.of(access), Optional.empty());
  }

  static StepReport of(Outcome outcome) {
    return of(outcome, Map.of());
  }

  static StepReport stuck(Obstacle obstacle) {
    return new StepReport(
        Outcome.STUCK, Map.of(), List.of(), Optional.empty(), Optional.of(obstacle));
  }
}
