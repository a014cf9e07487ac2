package io.berth.sandbox.cluster;

import java.util.List;
import java.util.Optional;

/**
 * A kind of object that the simulated API serves; any other answers 404, as a cluster without that
 * API does.
 *
 * @param group the API group, empty for the core group
 * @param version the API version, such as {@code v1}
 * @param plural the name in paths, such as {@code pods}
 * @param kind the name in objects, such as {@code Pod}
 * @param namespaced whether its objects live in a namespace
 * @param hasStatus whether its status is written only through the {@code /status} subresource
 */
record ResourceKind(
    String group,
    String version,
    String plural,
    String kind,
    boolean namespaced,
    boolean hasStatus) {

  static final ResourceKind NAMESPACES = core("namespaces", "Namespace", false, true);
  static final ResourceKind PODS = core("pods", "Pod", true, true);

  /** The group that is served only where somebody asks for it: most clusters lack it. */
  static final String KUEUE = "kueue.x-k8s.io";

  static final List<ResourceKind> ALL =
      List.of(
          NAMESPACES,
          PODS,
          core("nodes", "Node", false, true),
          core("persistentvolumes", "PersistentVolume", false, true),
          core("persistentvolumeclaims", "PersistentVolumeClaim", true, true),
          core("events", "Event", true, false),
          core("configmaps", "ConfigMap", true, false),
          core("secrets", "Secret", true, false),
          core("serviceaccounts", "ServiceAccount", true, false),
          core("services", "Service", true, true),
          core("resourcequotas", "ResourceQuota", true, true),
          core("limitranges", "LimitRange", true, false),
          new ResourceKind("batch", "v1", "jobs", "Job", true, true),
          new ResourceKind("batch", "v1", "cronjobs", "CronJob", true, true),
          new ResourceKind("apps", "v1", "deployments", "Deployment", true, true),
          new ResourceKind("apps", "v1", "daemonsets", "DaemonSet", true, true),
          new ResourceKind("apps", "v1", "statefulsets", "StatefulSet", true, true),
          new ResourceKind("apps", "v1", "replicasets", "ReplicaSet", true, true),
          new ResourceKind(
              "networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", true, false),
          rbac("roles", "Role", true),
          rbac("rolebindings", "RoleBinding", true),
          rbac("clusterroles", "ClusterRole", false),
          rbac("clusterrolebindings", "ClusterRoleBinding", false),
          admission("validatingadmissionpolicies", "ValidatingAdmissionPolicy", true),
          admission("validatingadmissionpolicybindings", "ValidatingAdmissionPolicyBinding", false),
          new ResourceKind(
              "policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", true, true),
          new ResourceKind(
              "scheduling.k8s.io", "v1", "priorityclasses", "PriorityClass", false, false),
          new ResourceKind("coordination.k8s.io", "v1", "leases", "Lease", true, false),
          kueue("clusterqueues", "ClusterQueue", false),
          kueue("localqueues", "LocalQueue", true),
          kueue("workloads", "Workload", true),
          claims("deviceclasses", "DeviceClass", false, false),
          claims("resourceslices", "ResourceSlice", false, false),
          claims("resourceclaimtemplates", "ResourceClaimTemplate", true, false),
          claims("resourceclaims", "ResourceClaim", true, true));

  /** The group that only servers with dynamic resource allocation serve. */
  static final String CLAIMS = "resource.k8s.io";

  private static ResourceKind claims(
      String plural, String kind, boolean namespaced, boolean hasStatus) {
    return new ResourceKind("resource.k8s.io", "v1", plural, kind, namespaced, hasStatus);
  }

  private static ResourceKind core(
      String plural, String kind, boolean namespaced, boolean hasStatus) {
    return new ResourceKind("", "v1", plural, kind, namespaced, hasStatus);
  }

  /** Kept, and never evaluated. */
  private static ResourceKind admission(String plural, String kind, boolean hasStatus) {
    return new ResourceKind("admissionregistration.k8s.io", "v1", plural, kind, false, hasStatus);
  }

  /** Kept, and never acted on: there is no Kueue behind it. */
  private static ResourceKind kueue(String plural, String kind, boolean namespaced) {
    return new ResourceKind(KUEUE, "v1beta2", plural, kind, namespaced, true);
  }

  private static ResourceKind rbac(String plural, String kind, boolean namespaced) {
    return new ResourceKind("rbac.authorization.k8s.io", "v1", plural, kind, namespaced, false);
  }

  static Optional<ResourceKind> find(String group, String version, String plural) {
    return ALL.stream()
        .filter(k -> k.group.equals(group) && k.version.equals(version) && k.plural.equals(plural))
        .findFirst();
  }

  /** Throws {@link IllegalArgumentException} for a kind that is not served. */
  static ResourceKind ofApi(String apiVersion, String kind) {
    return ALL.stream()
        .filter(k -> k.apiVersion().equals(apiVersion) && k.kind.equals(kind))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException(apiVersion + " " + kind + " is not served"));
  }

  /** The group and version as objects write them, such as {@code v1} or {@code batch/v1}. */
  String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  /**
   * The plural with its group, as quotas and error messages write it, such as {@code jobs.batch}.
   */
  String qualifiedPlural() {
    return group.isEmpty() ? plural : plural + "." + group;
  }

  /** The path of the collection; namespaced kinds need the namespace. */
  String collectionPath(String namespace) {
    String root = group.isEmpty() ? "/api/" + version : "/apis/" + group + "/" + version;
    return namespaced && !namespace.isEmpty()
        ? root + "/namespaces/" + namespace + "/" + plural
        : root + "/" + plural;
  }

  /** The path of one object; the namespace is empty for kinds that live in none. */
  String objectPath(String namespace, String name) {
    return collectionPath(namespace) + "/" + name;
  }
}
