package io.berth.kubernetes.internal;

import static io.berth.inventory.ClusterObservation.AUTHORIZED;
import static io.berth.inventory.ClusterObservation.DEVICE_CLAIMS;
import static io.berth.inventory.ClusterObservation.INVENTORY_SYNCED;
import static io.berth.inventory.ClusterObservation.JOB_QUEUE;
import static io.berth.inventory.ClusterObservation.REACHABLE;
import static io.berth.inventory.ClusterObservation.SUPPORTED;
import static io.berth.inventory.ClusterObservation.TENANT_WORKLOADS;

import io.berth.inventory.ClusterAccess;
import io.berth.inventory.ClusterId;
import io.berth.inventory.ClusterObservation;
import io.berth.inventory.ClusterTask;
import io.berth.inventory.SeenNodes;
import io.berth.kubernetes.KubernetesConfig;
import io.berth.kubernetes.domain.ServerVersion;
import io.berth.kubernetes.internal.Rights.Right;
import io.berth.platform.Condition;
import io.berth.platform.ConditionStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.VersionInfo;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Looks at one cluster: does it answer, may we do there what we need, which nodes has it. */
@ApplicationScoped
public class ClusterLook {

  private static final Logger LOG = Logger.getLogger(ClusterLook.class);

  /** Some of what is said is in the provider's words. */
  private static final int MESSAGE_LENGTH_MAX = 4_000;

  private static final int VERSION_LENGTH_MAX = 100;

  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int GONE = 410;

  private final ClusterConnections connections;
  private final NodeInformers informers;
  private final TenantWorkloads workloads;
  private final JobQueues queues;
  private final DeviceClaims claims;
  private final KubernetesConfig config;
  private final Clock clock;

  /** When a cluster last granted every right, and to which credentials. */
  private final ConcurrentHashMap<ClusterId, Granted> granted = new ConcurrentHashMap<>();

  ClusterLook(
      ClusterConnections connections,
      NodeInformers informers,
      TenantWorkloads workloads,
      JobQueues queues,
      DeviceClaims claims,
      KubernetesConfig config,
      Clock clock) {
    this.connections = connections;
    this.informers = informers;
    this.workloads = workloads;
    this.queues = queues;
    this.claims = claims;
    this.config = config;
    this.clock = clock;
  }

  private record Granted(long credentialsVersion, Instant at) {}

  /**
   * Looks. Every failure of the cluster becomes conditions; blocks for as long as requests take,
   * each of them bounded.
   *
   * @param onlyChanges whether what the last look returned of the nodes is known
   * @param onChange told of changes of the cluster's nodes from now on
   */
  ClusterObservation at(
      ClusterTask task, ClusterAccess access, boolean onlyChanges, Consumer<ClusterId> onChange) {
    Report report = new Report(task.epoch(), clock.instant());
    KubernetesClient client;
    try {
      client = connections.client(access);
    } catch (UnfitConnectionException e) {
      return unfit(access, report, e);
    }
    try {
      report.version = version(client);
      report.set(REACHABLE, ConditionStatus.TRUE, "Answered", "The cluster's API answers.");
      checkVersion(report);
      checkRights(client, access, report);
      report.workloads(workloads.at(access, client));
      report.queue(queues.at(access, client));
      DeviceClaims.Finding claimable = claims.at(access, client);
      report.claims(claimable);
      readNodes(task, client, access, claimable.drivers(), report, onlyChanges, onChange);
      return report.observation();
    } catch (UnfitConnectionException e) {
      return unfit(access, report, e);
    } catch (KubernetesClientException e) {
      if (e.getCode() == UNAUTHORIZED) {
        granted.remove(access.cluster());
        informers.stop(access.cluster());
        return report.unauthenticated();
      }
      informers.stop(access.cluster());
      Failures.Words words = Failures.explain(e);
      return report.unreachable(words.reason(), words.message());
    } catch (RuntimeException e) {
      // Such as an answer that no API server gives: what is not seen is not sold.
      LOG.errorf(e, "A cluster could not be looked at: clusterId=%s", access.cluster());
      informers.stop(access.cluster());
      return report.unreachable("UnreadableAnswer", "What the cluster answers could not be read.");
    }
  }

  private ClusterObservation unfit(
      ClusterAccess access, Report report, UnfitConnectionException failure) {
    // What was followed would go on to where the name leads by now.
    informers.stop(access.cluster());
    connections.close(access.cluster());
    return report.unreachable(failure.reason(), String.valueOf(failure.getMessage()));
  }

  /** What is known of a cluster where a look could not be made. */
  ClusterObservation failed(ClusterTask task) {
    informers.stop(task.cluster());
    return new Report(task.epoch(), clock.instant())
        .unreachable(ClusterObservation.INTERNAL_ERROR, "The cluster could not be looked at.");
  }

  /** The version; null where the account may not see it. */
  static @Nullable String version(KubernetesClient client) {
    try {
      VersionInfo version = client.getKubernetesVersion();
      return version == null
          ? null
          : ClusterText.shortened(version.getGitVersion(), VERSION_LENGTH_MAX);
    } catch (KubernetesClientException e) {
      if (e.getCode() == FORBIDDEN) {
        return null;
      }
      throw e;
    }
  }

  private void checkVersion(Report report) {
    ServerVersion oldest = ServerVersion.parse(config.serverVersionMin()).orElseThrow();
    String text = report.version;
    Optional<ServerVersion> version = Optional.ofNullable(text).flatMap(ServerVersion::parse);
    if (version.isEmpty()) {
      report.set(
          SUPPORTED,
          ConditionStatus.UNKNOWN,
          "VersionUnknown",
          text == null
              ? "The account may not see the server's version: grant get of the path /version."
              : "The server says a version that is none of Kubernetes; %s or newer is supported."
                  .formatted(oldest));
    } else if (version.get().isAtLeast(oldest)) {
      report.set(SUPPORTED, ConditionStatus.TRUE, "VersionSupported", "Its version is supported.");
    } else {
      report.set(SUPPORTED, ConditionStatus.FALSE, "VersionTooOld", version.get().tooOld(oldest));
    }
  }

  private void checkRights(KubernetesClient client, ClusterAccess access, Report report) {
    Granted last = granted.get(access.cluster());
    if (last != null
        && last.credentialsVersion() == access.credentialsVersion()
        && last.at().plus(config.accessCheckInterval()).isAfter(report.at)) {
      report.authorized(List.of());
      return;
    }
    // By a clock that nobody sets.
    long began = System.nanoTime();
    long nanosMax = config.lookTimeout().toNanos();
    try {
      List<Right> missing = Rights.missing(client, () -> System.nanoTime() - began > nanosMax);
      if (missing.isEmpty()) {
        granted.put(access.cluster(), new Granted(access.credentialsVersion(), report.at));
      } else {
        granted.remove(access.cluster());
      }
      report.authorized(missing);
    } catch (KubernetesClientException e) {
      if (e.getCode() != FORBIDDEN) {
        throw e;
      }
      granted.remove(access.cluster());
      report.set(
          AUTHORIZED,
          ConditionStatus.FALSE,
          "ReviewForbidden",
          "The account may not ask what it may do: grant create selfsubjectaccessreviews.authorization.k8s.io.");
    }
  }

  private void readNodes(
      ClusterTask task,
      KubernetesClient client,
      ClusterAccess access,
      Set<String> drivers,
      Report report,
      boolean onlyChanges,
      Consumer<ClusterId> onChange) {
    try {
      report.nodes =
          informers.nodes(
              task, client, () -> connections.unkept(access), drivers, onlyChanges, onChange);
      report.set(
          INVENTORY_SYNCED, ConditionStatus.TRUE, "NodesRead", "The cluster's nodes were read.");
    } catch (NodeInformers.NodesTooSlow | NodeInformers.NodesTooMany e) {
      report.set(
          INVENTORY_SYNCED, ConditionStatus.FALSE, "TooMuch", String.valueOf(e.getMessage()));
    } catch (KubernetesClientException e) {
      switch (e.getCode()) {
        case FORBIDDEN ->
            report.set(
                INVENTORY_SYNCED,
                ConditionStatus.FALSE,
                "ListForbidden",
                drivers.isEmpty()
                    ? "The account may not list or watch nodes."
                    : "The account may not list or watch nodes or resource slices.");
        case GONE ->
            report.set(
                INVENTORY_SYNCED,
                ConditionStatus.FALSE,
                "ListExpired",
                "The list of nodes expired while it was read; it will be read again.");
        default -> throw e;
      }
    }
  }

  /** What has been found so far. */
  private static final class Report {
    private final long epoch;
    private final Instant at;
    private final List<Condition> conditions = new ArrayList<>();
    private @Nullable String version;
    private @Nullable SeenNodes nodes;

    Report(long epoch, Instant at) {
      this.epoch = epoch;
      this.at = at;
    }

    void set(String type, ConditionStatus status, String reason, String message) {
      conditions.removeIf(condition -> condition.type().equals(type));
      String bounded =
          message.length() > MESSAGE_LENGTH_MAX
              ? message.substring(0, MESSAGE_LENGTH_MAX - 1) + "…"
              : message;
      conditions.add(new Condition(type, status, reason, bounded, at));
    }

    void workloads(TenantWorkloads.Finding finding) {
      set(
          TENANT_WORKLOADS,
          finding.held() ? ConditionStatus.TRUE : ConditionStatus.FALSE,
          finding.reason(),
          finding.message());
    }

    /** There is nothing to tell of clusters without Kueue. */
    void queue(JobQueues.Finding finding) {
      if (finding.kueue()) {
        set(
            JOB_QUEUE,
            finding.version().isPresent() ? ConditionStatus.TRUE : ConditionStatus.FALSE,
            finding.reason(),
            finding.message());
      }
    }

    void claims(DeviceClaims.Finding finding) {
      finding
          .state()
          .ifPresent(state ->
              set(
                  DEVICE_CLAIMS,
                  finding.drivers().isEmpty() ? ConditionStatus.FALSE : ConditionStatus.TRUE,
                  state.reason(),
                  state.message()));
    }

    void authorized(List<Right> missing) {
      if (missing.isEmpty()) {
        set(AUTHORIZED, ConditionStatus.TRUE, "RightsGranted", "Every right needed is granted.");
      } else {
        set(
            AUTHORIZED,
            ConditionStatus.FALSE,
            "RightsMissing",
            "The account may not: "
                + missing.stream().map(Right::toString).collect(Collectors.joining(", "))
                + ". Grant it these in every namespace.");
      }
    }

    ClusterObservation unauthenticated() {
      nodes = null;
      set(REACHABLE, ConditionStatus.TRUE, "Answered", "The cluster's API answers.");
      if (version == null) {
        set(SUPPORTED, ConditionStatus.UNKNOWN, "VersionUnknown", "The server does not tell it.");
      }
      set(
          AUTHORIZED,
          ConditionStatus.FALSE,
          "CredentialsRefused",
          "The cluster does not accept the credentials (401): they are wrong, expired or revoked.");
      return unread();
    }

    ClusterObservation unreachable(String reason, String message) {
      nodes = null;
      set(REACHABLE, ConditionStatus.FALSE, reason, message);
      set(SUPPORTED, ConditionStatus.UNKNOWN, "NotReached", "The cluster could not be asked.");
      set(AUTHORIZED, ConditionStatus.UNKNOWN, "NotReached", "The cluster could not be asked.");
      return unread();
    }

    private ClusterObservation unread() {
      set(
          INVENTORY_SYNCED,
          ConditionStatus.FALSE,
          "NotRead",
          "The nodes could not be read; what is shown is from the last time.");
      return observation();
    }

    ClusterObservation observation() {
      return new ClusterObservation(epoch, conditions, version, nodes);
    }
  }
}
