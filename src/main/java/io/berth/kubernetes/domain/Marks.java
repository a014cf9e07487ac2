package io.berth.kubernetes.domain;

import io.berth.leasing.JobId;
import io.berth.leasing.LeaseId;
import io.berth.platform.Id;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How objects in clusters are named and labelled. Names follow from identifiers alone, so that
 * whoever goes on with somebody else's half-done work makes the same objects.
 */
public final class Marks {

  /** The well-known label for who takes care of an object. */
  public static final String MANAGED_BY = "app.kubernetes.io/managed-by";

  /** The value of {@link #MANAGED_BY} on everything that the service makes. */
  public static final String BERTH = "berth";

  /** The lease that an object belongs to. */
  public static final String LEASE = "berth.io/lease";

  /** The organization that leases. */
  public static final String TENANT = "berth.io/tenant";

  /** The job that an object belongs to. */
  public static final String JOB = "berth.io/job";

  /** The rank of a pod among those of its job. */
  public static final String RANK = "berth.io/rank";

  /** Which of its job's attempts an object belongs to. */
  public static final String ATTEMPT = "berth.io/attempt";

  /** When its part of a job was asked for, by the service's clock. */
  public static final String MADE_AT = "berth.io/made-at";

  /** For how many seconds a part stays after its end; without it, until the lease ends. */
  public static final String TTL_SECONDS = "berth.io/ttl-seconds";

  /** Where all parts of a job run; the same on each of them. */
  public static final String PLAN = "berth.io/plan";

  private static final Pattern PART = Pattern.compile("job-[a-z2-7]{26}-([0-9]{1,6})");

  private Marks() {}

  /** The namespace of a lease: {@code berth-} and 26 lower-case base-32 digits. */
  public static String namespace(LeaseId lease) {
    return "berth-" + digits(lease);
  }

  /** The name of the part of a job that is of a rank; its pods' names start with it. */
  public static String part(JobId job, int rank) {
    return "job-" + digits(job) + "-" + rank;
  }

  /**
   * The name of what goes with all parts of an attempt: their service and their secret. Another
   * attempt has others, since those of this one go a while after its parts.
   */
  public static String companion(JobId job, int attempt) {
    return "job-" + digits(job) + "-a" + attempt;
  }

  /** The rank in the name of a part; -1 where it is no such name. */
  static int rankIn(String partName) {
    Matcher matcher = PART.matcher(partName);
    return matcher.matches() ? Integer.parseInt(String.valueOf(matcher.group(1))) : -1;
  }

  /** Labels of everything that belongs to a lease. */
  public static Map<String, String> of(LeaseId lease) {
    return Map.of(MANAGED_BY, BERTH, LEASE, lease.toString());
  }

  /** Whether an object carries the labels of a lease. */
  public static boolean isOf(LeaseId lease, HasMetadata object) {
    return label(object, MANAGED_BY).filter(BERTH::equals).isPresent()
        && label(object, LEASE).filter(lease.toString()::equals).isPresent();
  }

  /** Whether an object carries the label of a job. */
  public static boolean isOf(JobId job, HasMetadata object) {
    return label(object, JOB).filter(job.toString()::equals).isPresent();
  }

  /**
   * The lease of a namespace that the service made; empty where the label does not fit the name, as
   * in a namespace that somebody else made and labelled.
   */
  public static Optional<LeaseId> leaseOf(HasMetadata namespace) {
    try {
      return label(namespace, LEASE)
          .map(LeaseId::fromString)
          .filter(lease -> namespace(lease).equals(namespace.getMetadata().getName()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The job of a part; empty where its label is none. */
  static Optional<JobId> jobOf(HasMetadata part) {
    try {
      return label(part, JOB).map(JobId::fromString);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  static Optional<String> label(HasMetadata object, String key) {
    return Optional.ofNullable(object.getMetadata().getLabels()).map(labels -> labels.get(key));
  }

  static Optional<String> annotation(HasMetadata object, String key) {
    return Optional.ofNullable(object.getMetadata().getAnnotations())
        .map(annotations -> annotations.get(key));
  }

  /** The identifier without its prefix, whose underscore no DNS label may have. */
  static String digits(Id id) {
    String wire = Objects.requireNonNull(id.toString());
    return wire.substring(wire.indexOf('_') + 1);
  }
}
