package io.berth.kubernetes.domain;

import io.berth.leasing.LeaseDelivery;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRuleBuilder;

/** The objects around a lease's jobs. */
public final class LeaseManifests {

  /** The name of the account that jobs run under. */
  public static final String SERVICE_ACCOUNT = "berth-job";

  /** The name of the quota. */
  public static final String QUOTA = "berth-lease";

  /** The name of the network policy. */
  public static final String NETWORK_POLICY = "berth-lease";

  private static final String POD_SECURITY = "pod-security.kubernetes.io/";

  private LeaseManifests() {}

  /**
   * The namespace. Pod Security is enforced at {@code baseline}, which shuts out privileged pods,
   * host paths and host namespaces. {@code restricted} would also refuse every image that runs as
   * root, which most images for training do; it only warns.
   */
  public static Namespace namespace(LeaseDelivery lease) {
    return new NamespaceBuilder()
        .withNewMetadata()
        .withName(Marks.namespace(lease.id()))
        .withLabels(Marks.of(lease.id()))
        .addToLabels(Marks.TENANT, lease.tenant().toString())
        .addToLabels(POD_SECURITY + "enforce", "baseline")
        .addToLabels(POD_SECURITY + "warn", "restricted")
        .endMetadata()
        .build();
  }

  /**
   * Exactly what is leased. Each pod takes an accelerator at least, so there are at most as many
   * pods; quotas count pods until they have ended, so a pod that is still stopping keeps its share.
   * A quota on extended resources does not ask pods to name processor and memory, hence there are
   * no default limits.
   */
  public static ResourceQuota quota(LeaseDelivery lease) {
    Quantity accelerators = new Quantity(Integer.toString(lease.accelerators()));
    return new ResourceQuotaBuilder()
        .withMetadata(metadata(lease, QUOTA))
        .withNewSpec()
        .addToHard("requests." + lease.pool().resourceName(), accelerators)
        .addToHard("pods", accelerators)
        .addToHard("count/jobs.batch", new Quantity(Integer.toString(jobsMax(lease))))
        .endSpec()
        .build();
  }

  /**
   * Unfinished parts of jobs are at most as many as accelerators; as many again may have just
   * finished before the oldest are cleared away.
   */
  private static int jobsMax(LeaseDelivery lease) {
    return 2 * lease.accelerators() + LeaseContents.FINISHED_KEPT_MAX;
  }

  /**
   * Nobody outside reaches the lease's pods; pods of the lease reach each other, as those of a
   * training that runs on several nodes must. What they send out is not restricted.
   */
  public static NetworkPolicy networkPolicy(LeaseDelivery lease) {
    return new NetworkPolicyBuilder()
        .withMetadata(metadata(lease, NETWORK_POLICY))
        .withNewSpec()
        .withNewPodSelector()
        .endPodSelector()
        .withPolicyTypes("Ingress")
        .withIngress(
            new NetworkPolicyIngressRuleBuilder()
                .addNewFrom()
                .withNewPodSelector()
                .endPodSelector()
                .endFrom()
                .build())
        .endSpec()
        .build();
  }

  /** An account without any right in the cluster, and without a token to show. */
  public static ServiceAccount serviceAccount(LeaseDelivery lease) {
    return new ServiceAccountBuilder()
        .withMetadata(metadata(lease, SERVICE_ACCOUNT))
        .withAutomountServiceAccountToken(false)
        .build();
  }

  private static ObjectMeta metadata(LeaseDelivery lease, String name) {
    return new ObjectMetaBuilder()
        .withName(name)
        .withNamespace(Marks.namespace(lease.id()))
        .withLabels(Marks.of(lease.id()))
        .build();
  }
}
