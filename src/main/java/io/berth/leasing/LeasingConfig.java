package io.berth.leasing;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** Settings of leasing. */
@ConfigMapping(prefix = "berth.leasing")
public interface LeasingConfig {

  /** How long a claimed delivery is left alone before another replica may take it. */
  @WithDefault("PT1M")
  @NotNull
  Duration deliveryClaim();

  /** How soon a lease is looked after again while something is on its way. */
  @WithDefault("PT1S")
  @NotNull
  Duration busyInterval();

  /** How soon a lease is looked after again while all is as it should be. */
  @WithDefault("PT30S")
  @NotNull
  Duration idleInterval();

  /** How many jobs a lease may have that are not finished, from 1 to 10,000. */
  @WithDefault("100")
  @Min(1)
  @Max(10_000)
  int liveJobsMax();

  /** How often leases that are due to be judged are looked for. */
  @WithDefault("1s")
  @NotNull
  Duration judgementTick();

  /** How many leases are judged together, from 1 to 1,000. */
  @WithDefault("100")
  @Min(1)
  @Max(1000)
  int judgementBatch();

  /** How long a claim to judge leases counts before another replica may take them. */
  @WithDefault("PT1M")
  @NotNull
  @DurationMin(seconds = 1)
  @DurationMax(hours = 1)
  Duration judgementClaim();

  /**
   * How soon a live lease is judged again where nothing happens that would judge it sooner. It
   * bounds for how long the lapse of something that no event tells of can go unseen, such as of a
   * verification's evidence.
   */
  @WithDefault("PT15M")
  @NotNull
  @DurationMin(seconds = 1)
  @DurationMax(days = 1)
  Duration judgementInterval();

  /**
   * How long a lease goes on at least from when a judgement finds that it is not permitted any
   * more.
   */
  @WithDefault("P1D")
  @NotNull
  @DurationMin(seconds = 0)
  @DurationMax(days = 366)
  Duration windDownGrace();

  /** How often on-demand leases that are due to be renewed are looked for. */
  @WithDefault("1s")
  @NotNull
  Duration renewalTick();

  /** How many on-demand leases are renewed together, from 1 to 1,000. */
  @WithDefault("100")
  @Min(1)
  @Max(1000)
  int renewalBatch();

  /** How long before its end an on-demand lease is renewed. */
  @WithDefault("PT10M")
  @NotNull
  @DurationMin(seconds = 0)
  @DurationMax(days = 30)
  Duration renewalLead();

  /** How soon a renewal that did not come about is tried again, until the lease ends. */
  @WithDefault("PT1M")
  @NotNull
  @DurationMin(seconds = 1)
  @DurationMax(hours = 1)
  Duration renewalRetryInterval();

  /**
   * For how long a leased node must fail before it counts as lost. Five minutes is what Kubernetes
   * itself waits before it takes pods off a node that is not ready.
   */
  @WithDefault("PT5M")
  @NotNull
  @DurationMin(seconds = 1)
  @DurationMax(days = 1)
  Duration nodeLossAfter();

  /**
   * For how long a cluster must not answer before its leased nodes count as lost: long enough for a
   * provider to upgrade its control plane, meanwhile what runs there mostly goes on. From a minute
   * to a year.
   */
  @WithDefault("PT1H")
  @NotNull
  @DurationMin(minutes = 1)
  @DurationMax(days = 366)
  Duration clusterSilenceMax();

  /** How often leases with lost nodes are looked for. */
  @WithDefault("5s")
  @NotNull
  Duration nodeLossTick();

  /** How soon another node is looked for again where there was none. */
  @WithDefault("PT1M")
  @NotNull
  @DurationMin(seconds = 1)
  @DurationMax(hours = 1)
  Duration nodeLossRetryInterval();

  /** How many leases with lost nodes are looked after together, from 1 to 1,000. */
  @WithDefault("100")
  @Min(1)
  @Max(1000)
  int nodeLossBatch();

  /** How long an order waits for people to decide before it expires, or rests again. */
  @WithDefault("P14D")
  @NotNull
  Duration orderWaitMax();

  /** How many orders of a tenant may wait at once, from 1 to 10,000. */
  @WithDefault("20")
  @Min(1)
  @Max(10_000)
  int waitingOrdersMax();

  /** How many orders of a tenant may rest at once, from 1 to 10,000. */
  @WithDefault("50")
  @Min(1)
  @Max(10_000)
  int openOrdersMax();

  /** For how long an order rests at the most, whatever it says. */
  @WithDefault("P90D")
  @NotNull
  @DurationMin(minutes = 1)
  @DurationMax(days = 366)
  Duration orderAgeMax();

  /**
   * How soon all resting orders are tried again where no news makes them due sooner: at whole
   * multiples of it, so that those that compete are tried together and in their order.
   */
  @WithDefault("PT30S")
  @NotNull
  @DurationMin(seconds = 1)
  @DurationMax(days = 1)
  Duration orderMatchInterval();

  /** How often resting orders that are due are looked for. */
  @WithDefault("1s")
  @NotNull
  Duration orderMatchTick();

  /** How many resting orders are claimed together, from 1 to 1,000. */
  @WithDefault("50")
  @Min(1)
  @Max(1000)
  int orderMatchBatch();

  /** How long a claim to match orders counts before another replica may take them. */
  @WithDefault("PT1M")
  @NotNull
  @DurationMin(seconds = 1)
  @DurationMax(hours = 1)
  Duration orderMatchClaim();

  /**
   * For how long at the most an order is left alone whose matching broke several times in a row.
   */
  @WithDefault("PT15M")
  @NotNull
  @DurationMin(seconds = 1)
  @DurationMax(days = 1)
  Duration orderFailureWaitMax();

  /** How often offers of resale are looked through for those that have ended by themselves. */
  @WithDefault("PT30S")
  @NotNull
  Duration resaleSweepInterval();

  /** How often orders are looked through for those that have waited too long. */
  @WithDefault("PT30S")
  @NotNull
  Duration orderSweepInterval();
}
