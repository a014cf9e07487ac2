package io.berth.kubernetes.internal;

import io.berth.catalog.DeviceDrivers;
import io.berth.kubernetes.domain.AdmissionPolicies;
import io.berth.kubernetes.domain.JobQueue;
import io.berth.kubernetes.domain.LeaseManifests;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributes;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributesBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** What the service must be allowed to do in a cluster, in every namespace. */
final class Rights {

  /**
   * One right.
   *
   * @param verb what
   * @param group the API group; empty for the core group
   * @param resource to which resources, and which part of them after a slash
   * @param name to the one of this name; empty for all
   */
  record Right(String verb, String group, String resource, String name) {

    Right(String verb, String group, String resource) {
      this(verb, group, resource, "");
    }

    @Override
    public String toString() {
      return verb
          + " "
          + resource
          + (group.isEmpty() ? "" : "." + group)
          + (name.isEmpty() ? "" : " named " + name);
    }

    private ResourceAttributes attributes() {
      String[] parts = resource.split("/", 2);
      ResourceAttributesBuilder attributes =
          new ResourceAttributesBuilder().withVerb(verb).withGroup(group).withResource(parts[0]);
      if (parts.length > 1) {
        attributes.withSubresource(parts[1]);
      }
      return name.isEmpty() ? attributes.build() : attributes.withName(name).build();
    }
  }

  private static final String NETWORKING = "networking.k8s.io";
  private static final String ADMISSION = "admissionregistration.k8s.io";
  private static final String CLAIMS = "resource.k8s.io";
  private static final String RBAC = "rbac.authorization.k8s.io";

  /**
   * Reading nodes and marking those that are leased, delivering leases as namespaces with bounds
   * and jobs, letting tenants look on, and nothing else; {@code k8s/provider/berth-access.yaml}
   * grants these.
   */
  static final List<Right> NEEDED =
      List.of(
          new Right("get", "", "nodes"),
          new Right("list", "", "nodes"),
          new Right("watch", "", "nodes"),
          new Right("patch", "", "nodes"),
          new Right("get", "", "namespaces"),
          new Right("list", "", "namespaces"),
          new Right("create", "", "namespaces"),
          new Right("delete", "", "namespaces"),
          new Right("get", "", "resourcequotas"),
          new Right("create", "", "resourcequotas"),
          new Right("update", "", "resourcequotas"),
          new Right("get", "", "limitranges"),
          new Right("create", "", "limitranges"),
          new Right("update", "", "limitranges"),
          new Right("get", "", "serviceaccounts"),
          new Right("create", "", "serviceaccounts"),
          new Right("update", "", "serviceaccounts"),
          new Right("get", NETWORKING, "networkpolicies"),
          new Right("create", NETWORKING, "networkpolicies"),
          new Right("update", NETWORKING, "networkpolicies"),
          new Right("get", RBAC, "rolebindings"),
          new Right("create", RBAC, "rolebindings"),
          new Right("update", RBAC, "rolebindings"),
          new Right("bind", RBAC, "clusterroles", LeaseManifests.TENANT_ACCOUNT),
          new Right("create", "", "serviceaccounts/token", LeaseManifests.TENANT_ACCOUNT),
          new Right("create", "", "services"),
          new Right("create", "", "secrets"),
          new Right("list", "batch", "jobs"),
          new Right("create", "batch", "jobs"),
          new Right("patch", "batch", "jobs"),
          new Right("delete", "batch", "jobs"),
          new Right("list", "", "pods"),
          new Right("delete", "", "pods"),
          new Right("get", "", "pods/log"),
          new Right("list", "", "events"));

  /**
   * What is needed besides where tenants are to make workloads of their own; {@code
   * k8s/provider/berth-admission.yaml} grants these, and nobody is told that they are missing who
   * has not applied it.
   */
  static final List<Right> FOR_WORKLOADS =
      Stream.concat(
              AdmissionPolicies.NEEDED.stream()
                  .flatMap(name ->
                      Stream.of(
                          new Right("get", ADMISSION, "validatingadmissionpolicies", name),
                          new Right("get", ADMISSION, "validatingadmissionpolicybindings", name))),
              Stream.of(
                  new Right("bind", RBAC, "clusterroles", LeaseManifests.TENANT_WORKLOADS),
                  new Right("delete", RBAC, "rolebindings", LeaseManifests.TENANT_WORKLOADS)))
          .toList();

  /**
   * What is needed besides where jobs go through Kueue; {@code k8s/provider/berth-kueue.yaml}
   * grants these.
   */
  static final List<Right> FOR_QUEUES =
      List.of(
          new Right("get", JobQueue.GROUP, "clusterqueues", JobQueue.CLUSTER_QUEUE),
          new Right("get", JobQueue.GROUP, "localqueues", JobQueue.NAME),
          new Right("create", JobQueue.GROUP, "localqueues"),
          new Right("list", JobQueue.GROUP, "workloads"));

  /**
   * What is needed besides where devices are claimed; {@code k8s/provider/berth-claims.yaml} grants
   * these, and nobody is told that they are missing whose cluster does not serve claims.
   */
  static final List<Right> FOR_CLAIMS =
      Stream.concat(
              Stream.of(
                  new Right("list", CLAIMS, "resourceslices"),
                  new Right("watch", CLAIMS, "resourceslices"),
                  new Right("get", CLAIMS, "resourceclaimtemplates"),
                  new Right("create", CLAIMS, "resourceclaimtemplates")),
              DeviceDrivers.all().stream()
                  .map(driver -> new Right("get", CLAIMS, "deviceclasses", driver.deviceClass())))
          .toList();

  private Rights() {}

  /** The rights that the cluster says the client's account does not have. Blocks. */
  static List<Right> missing(KubernetesClient client) {
    return missing(client, () -> false);
  }

  /**
   * The same within a time.
   *
   * @param isOver whether it is over
   * @throws KubernetesClientException also where the time was over before all were asked for
   */
  static List<Right> missing(KubernetesClient client, BooleanSupplier isOver) {
    return missing(client, NEEDED, isOver);
  }

  /** Which of some rights these are. */
  static List<Right> missing(KubernetesClient client, List<Right> rights, BooleanSupplier isOver) {
    List<Right> missing = new ArrayList<>();
    for (Right right : rights) {
      if (isOver.getAsBoolean()) {
        throw new KubernetesClientException(
            "The rights could not all be asked for in the time allowed.");
      }
      SelfSubjectAccessReview answer =
          client
              .authorization()
              .v1()
              .selfSubjectAccessReview()
              .create(
                  new SelfSubjectAccessReviewBuilder()
                      .withNewSpec()
                      .withResourceAttributes(right.attributes())
                      .endSpec()
                      .build());
      if (answer.getStatus() == null || !Boolean.TRUE.equals(answer.getStatus().getAllowed())) {
        missing.add(right);
      }
    }
    return missing;
  }
}
