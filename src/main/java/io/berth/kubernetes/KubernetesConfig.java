package io.berth.kubernetes;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** Settings of the work on providers' clusters. */
@ConfigMapping(prefix = "berth.kubernetes")
public interface KubernetesConfig {

  /**
   * The oldest version of Kubernetes that a cluster may run, such as {@code 1.25}. Nothing of an
   * older one is sold. 1.25 is the first that enforces the Pod Security labels of a lease's
   * namespace wherever nobody switched that off, and with it what keeps tenants off the provider's
   * machines; older servers let a lease's containers be privileged unless the provider holds them
   * otherwise.
   */
  @WithDefault("1.25")
  @NotNull
  @Pattern(regexp = "\\d{1,4}\\.\\d{1,4}")
  String serverVersionMin();

  /**
   * How long a registration waits for the cluster to say its version, from 100 milliseconds to a
   * minute; then the cluster is taken in and looked at like any other.
   */
  @WithDefault("PT5S")
  @NotNull
  @DurationMin(millis = 100)
  @DurationMax(minutes = 1)
  Duration registrationCheckMax();

  /**
   * How many clusters a replica asks for that at the same time, from 1 to 256; beyond them clusters
   * are taken in without.
   */
  @WithDefault("8")
  @Min(1)
  @Max(256)
  int registrationChecksAtOnceMax();

  /** How often clusters that are due are looked for. */
  @WithDefault("1s")
  @NotNull
  Duration tickInterval();

  /** How many clusters a replica looks at at the same time, from 1 to 256. */
  @WithDefault("16")
  @Min(1)
  @Max(256)
  int looksAtOnceMax();

  /**
   * How many of them are one provider's, from 1 to 256: looks at clusters that are slow on purpose
   * leave places for others'.
   */
  @WithDefault("4")
  @Min(1)
  @Max(256)
  int looksOfOneMax();

  /** How long opening a connection may take, from 100 milliseconds to a minute. */
  @WithDefault("PT5S")
  @NotNull
  @DurationMin(millis = 100)
  @DurationMax(minutes = 1)
  Duration connectTimeout();

  /** How long one request may take, from 100 milliseconds to a minute. */
  @WithDefault("PT10S")
  @NotNull
  @DurationMin(millis = 100)
  @DurationMax(minutes = 1)
  Duration requestTimeout();

  /** How large one answer of a cluster may be; a page of 500 nodes takes a few megabytes. */
  @WithDefault("32M")
  @NotNull
  MemorySize answerMax();

  /** How long one look at a cluster may take; below {@code berth.inventory.sync-claim}. */
  @WithDefault("PT90S")
  @NotNull
  @DurationMin(seconds = 1)
  @DurationMax(hours = 1)
  Duration lookTimeout();

  /** How long granted rights count before they are asked for again; missing ones do not wait. */
  @WithDefault("PT5M")
  @NotNull
  Duration accessCheckInterval();

  /**
   * How long it counts that a cluster has the admission policies that tenants' own workloads rest
   * on, a queue of Kueue's for leases, and devices that can be claimed, from a second to ten
   * minutes: for so long a tenant keeps its rights where the policies go.
   */
  @WithDefault("PT30S")
  @NotNull
  @DurationMin(seconds = 1)
  @DurationMax(minutes = 10)
  Duration policyCheckInterval();

  /** After how long without use a connection is closed. */
  @WithDefault("PT10M")
  @NotNull
  @DurationMin(seconds = 1)
  Duration connectionIdleMax();

  /** How many leases a replica delivers at the same time, from 1 to 1,024. */
  @WithDefault("64")
  @Min(1)
  @Max(1024)
  int deliveriesAtOnceMax();

  /**
   * How many of them are in one cluster, from 1 to 1,024: one that answers slowly takes no more
   * places from the others. More for an installation whose leases are in few large clusters.
   */
  @WithDefault("8")
  @Min(1)
  @Max(1024)
  int deliveriesOfOneMax();

  /**
   * After how long a step of a delivery begins nothing new; with a few requests' time below {@code
   * berth.leasing.delivery-claim}.
   */
  @WithDefault("PT30S")
  @NotNull
  @DurationMin(seconds = 1)
  @DurationMax(hours = 1)
  Duration deliveryTimeout();

  /** The longest that a cluster which does not answer is left alone by deliveries. */
  @WithDefault("PT1M")
  @NotNull
  @DurationMin(seconds = 1)
  @DurationMax(hours = 1)
  Duration pauseMax();

  /** How often a cluster is searched for namespaces whose lease is no more. */
  @WithDefault("PT1M")
  @NotNull
  @DurationMin(millis = 100)
  @DurationMax(days = 1)
  Duration sweepInterval();

  /**
   * How long a token of a tenant is good for, from ten minutes, which is the least that clusters
   * make one for, to a day; shorter where its lease ends before.
   */
  @WithDefault("PT1H")
  @NotNull
  @DurationMin(minutes = 10)
  @DurationMax(days = 1)
  Duration tokenLifetime();

  /**
   * How long the pods of a job that start together may take until all run, from a second to a day;
   * then all are removed and start anew.
   */
  @WithDefault("PT10M")
  @NotNull
  @DurationMin(seconds = 1)
  @DurationMax(days = 1)
  Duration gangStartMax();

  /** How many tokens a replica has clusters make at the same time, from 1 to 256. */
  @WithDefault("16")
  @Min(1)
  @Max(256)
  int tokensAtOnceMax();

  /** How many of them one cluster makes, from 1 to 256. */
  @WithDefault("4")
  @Min(1)
  @Max(256)
  int tokensOfOneMax();

  /** How much of a log one answer has at the most; not more than {@code answer-max}. */
  @WithDefault("16M")
  @NotNull
  MemorySize logBytesMax();

  /**
   * How long one stream of a job's log or events goes on at the most; below {@code
   * connection-idle-max}.
   */
  @WithDefault("PT5M")
  @NotNull
  @DurationMin(seconds = 1)
  @DurationMax(hours = 1)
  Duration logTimeMax();

  /** How many such streams a replica gives at the same time, from 1 to 10,000. */
  @WithDefault("128")
  @Min(1)
  @Max(10_000)
  int streamsMax();

  /** How many of them go to one organization, from 1 to 10,000. */
  @WithDefault("8")
  @Min(1)
  @Max(10_000)
  int streamsOfOneMax();
}
