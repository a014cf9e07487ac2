package io.berth.kubernetes.domain;

import io.berth.leasing.LeaseDelivery;
import io.berth.market.NetworkException;
import io.fabric8.kubernetes.api.model.LimitRange;
import io.fabric8.kubernetes.api.model.LimitRangeBuilder;
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
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPortBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The objects around a lease's jobs. */
public final class LeaseManifests {

  /** The name of the account that jobs run under. */
  public static final String JOB_ACCOUNT = "berth-job";

  /**
   * The name of the account that the tenant looks on with, of its role binding, and of the cluster
   * role that the provider's manifest makes for it.
   */
  public static final String TENANT_ACCOUNT = "berth-tenant";

  /**
   * The name of the role that lets the tenant make pods and workloads, where admission policies
   * hold these to the lease, and of its binding.
   */
  public static final String TENANT_WORKLOADS = "berth-tenant-workloads";

  /** The name of the quota. */
  public static final String QUOTA = "berth-lease";

  /** The name of the defaults for containers that name no processors and memory. */
  public static final String LIMITS = "berth-lease";

  /** The name of the network policy. */
  public static final String NETWORK_POLICY = "berth-lease";

  private static final String POD_SECURITY = "pod-security.kubernetes.io/";
  private static final String RESTRICTED = "restricted";
  private static final int DNS_PORT = 53;

  /** How many objects of a kind a tenant makes at the most; each may be a mebibyte. */
  private static final int OBJECTS_MAX = 50;

  private LeaseManifests() {}

  /**
   * The namespace. Pod Security is enforced at {@code restricted}: no privileges, no host, no root.
   * An image that runs as root does not start, and its job says so.
   */
  public static Namespace namespace(LeaseDelivery lease) {
    return new NamespaceBuilder()
        .withNewMetadata()
        .withName(Marks.namespace(lease.id()))
        .withLabels(Marks.of(lease.id()))
        .addToLabels(Marks.TENANT, lease.tenant().toString())
        .addToLabels(podSecurity())
        .endMetadata()
        .build();
  }

  /** What has Pod Security hold a namespace's pods to its strictest level. */
  static Map<String, String> podSecurity() {
    return Map.of(
        POD_SECURITY + "enforce", RESTRICTED,
        POD_SECURITY + "audit", RESTRICTED,
        POD_SECURITY + "warn", RESTRICTED);
  }

  /**
   * Exactly what is leased, with the processors and the memory that come with it. Each pod takes an
   * accelerator at least, so there are at most as many pods that have not ended; one that is still
   * stopping keeps its share. Nothing of a lease is reached from outside, so no ports of nodes or
   * balancers are opened for it.
   */
  public static ResourceQuota quota(LeaseDelivery lease) {
    return quota(lease, false);
  }

  /**
   * The same.
   *
   * @param workloads whether the tenant makes objects of its own, which are bounded then
   */
  public static ResourceQuota quota(LeaseDelivery lease, boolean workloads) {
    Quantity accelerators = new Quantity(Integer.toString(lease.accelerators()));
    Quantity none = new Quantity("0");
    Map<String, Quantity> hard = new TreeMap<>();
    hard.putAll(ClaimManifests.quota(lease.pool(), lease.accelerators()));
    hard.put("pods", accelerators);
    hard.put("count/jobs.batch", new Quantity(Integer.toString(jobsMax(lease))));
    hard.put("services.loadbalancers", none);
    hard.put("services.nodeports", none);
    if (workloads) {
      Quantity own = new Quantity(Integer.toString(OBJECTS_MAX));
      Quantity withJobs = new Quantity(Integer.toString(OBJECTS_MAX + jobsMax(lease)));
      hard.put("count/configmaps", own);
      hard.put("count/secrets", withJobs);
      hard.put("count/services", withJobs);
      hard.put("count/deployments.apps", own);
      hard.put("count/statefulsets.apps", own);
      // Those of before, too, which deployments and stateful sets keep.
      Quantity revisions = new Quantity(Integer.toString(2 * OBJECTS_MAX));
      hard.put("count/replicasets.apps", revisions);
      hard.put("count/controllerrevisions.apps", revisions);
      hard.put("count/pods", new Quantity(Integer.toString(podsMax(lease))));
      hard.put("count/cronjobs.batch", own);
      // A pod may name a class of devices like an extended resource, which makes a claim of it.
      hard.putIfAbsent(ClaimManifests.CLAIMS_COUNT, none);
    }
    ComputeShare.of(lease)
        .ifPresent(share ->
            share.limits().forEach((resource, amount) -> hard.put("limits." + resource, amount)));
    return new ResourceQuotaBuilder()
        .withMetadata(metadata(lease, QUOTA))
        .withNewSpec()
        .withHard(hard)
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
   * Pods that have ended, too: those of the jobs' parts, as many of the tenant's own, and what the
   * unfinished parts have left of pods that failed.
   */
  private static int podsMax(LeaseDelivery lease) {
    return jobsMax(lease) + 2 * LeaseContents.FINISHED_KEPT_MAX;
  }

  /**
   * What a container gets that names no processors and memory: the share of one accelerator. Empty
   * where shares are not known; the quota does not ask for them then.
   */
  public static Optional<LimitRange> limits(LeaseDelivery lease) {
    return ComputeShare.ofOne(lease)
        .map(share ->
            new LimitRangeBuilder()
                .withMetadata(metadata(lease, LIMITS))
                .withNewSpec()
                .addNewLimit()
                .withType("Container")
                .withDefault(share.limits())
                .withDefaultRequest(share.requests())
                .endLimit()
                .endSpec()
                .build());
  }

  /**
   * What is not named here is denied, in both directions. Pods of the lease reach each other, as
   * those of a training that runs on several nodes must; they reach the internet for data and
   * images, and resolve names. Nobody else reaches them, and of the provider's network they reach
   * what its offer opened.
   */
  public static NetworkPolicy networkPolicy(LeaseDelivery lease) {
    return new NetworkPolicyBuilder()
        .withMetadata(metadata(lease, NETWORK_POLICY))
        .withNewSpec()
        .withNewPodSelector()
        .endPodSelector()
        .withPolicyTypes("Ingress", "Egress")
        .addNewIngress()
        .addNewFrom()
        .withNewPodSelector()
        .endPodSelector()
        .endFrom()
        .endIngress()
        .addNewEgress()
        .addNewTo()
        .withNewPodSelector()
        .endPodSelector()
        .endTo()
        .endEgress()
        .addNewEgress()
        .addNewPort()
        .withProtocol("UDP")
        .withNewPort(DNS_PORT)
        .endPort()
        .addNewPort()
        .withProtocol("TCP")
        .withNewPort(DNS_PORT)
        .endPort()
        .endEgress()
        .addNewEgress()
        .addNewTo()
        .withNewIpBlock()
        .withCidr("0.0.0.0/0")
        .withExcept(InternalAddresses.IPV4)
        .endIpBlock()
        .endTo()
        .addNewTo()
        .withNewIpBlock()
        .withCidr("::/0")
        .withExcept(InternalAddresses.IPV6)
        .endIpBlock()
        .endTo()
        .endEgress()
        .addAllToEgress(lease.networkExceptions().stream().map(LeaseManifests::exception).toList())
        .endSpec()
        .build();
  }

  private static NetworkPolicyEgressRule exception(NetworkException exception) {
    return new NetworkPolicyEgressRuleBuilder()
        .addNewTo()
        .withNewIpBlock()
        .withCidr(exception.cidr())
        .endIpBlock()
        .endTo()
        .withPorts(
            exception.ports().stream()
                .map(port ->
                    new NetworkPolicyPortBuilder()
                        .withProtocol(port.protocol().name())
                        .withNewPort(port.port())
                        .build())
                .toList())
        .build();
  }

  /** What jobs run under: an account without any right in the cluster, and without a token. */
  public static ServiceAccount jobAccount(LeaseDelivery lease) {
    return account(lease, JOB_ACCOUNT);
  }

  /** What the tenant looks on with, by tokens that are made for it one by one. */
  public static ServiceAccount tenantAccount(LeaseDelivery lease) {
    return account(lease, TENANT_ACCOUNT);
  }

  private static ServiceAccount account(LeaseDelivery lease, String name) {
    return new ServiceAccountBuilder()
        .withMetadata(metadata(lease, name))
        .withAutomountServiceAccountToken(false)
        .build();
  }

  /**
   * What the tenant may do, in this namespace alone. Which rights these are says the provider's
   * manifest, so that the service needs no right to hand out any others.
   */
  public static RoleBinding tenantBinding(LeaseDelivery lease) {
    return binding(lease, TENANT_ACCOUNT);
  }

  /** What it may do besides where admission policies hold its pods to the lease. */
  public static RoleBinding workloadsBinding(LeaseDelivery lease) {
    return binding(lease, TENANT_WORKLOADS);
  }

  private static RoleBinding binding(LeaseDelivery lease, String role) {
    return new RoleBindingBuilder()
        .withMetadata(metadata(lease, role))
        .withNewRoleRef()
        .withApiGroup("rbac.authorization.k8s.io")
        .withKind("ClusterRole")
        .withName(role)
        .endRoleRef()
        .addNewSubject()
        .withKind("ServiceAccount")
        .withName(TENANT_ACCOUNT)
        .withNamespace(Marks.namespace(lease.id()))
        .endSubject()
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
