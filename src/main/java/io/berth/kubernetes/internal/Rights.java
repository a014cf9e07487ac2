package io.berth.kubernetes.internal;

import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;

/** What the service must be allowed to do in a cluster, in every namespace. */
final class Rights {

  /**
   * One right.
   *
   * @param verb what
   * @param group the API group; empty for the core group
   * @param resource to which resources
   */
  record Right(String verb, String group, String resource) {
    @Override
    public String toString() {
      return verb + " " + resource + (group.isEmpty() ? "" : "." + group);
    }
  }

  /**
   * Reading nodes, delivering leases as namespaces with a quota and jobs, and nothing else; {@code
   * k8s/provider/berth-access.yaml} grants these.
   */
  static final List<Right> NEEDED =
      List.of(
          new Right("get", "", "nodes"),
          new Right("list", "", "nodes"),
          new Right("watch", "", "nodes"),
          new Right("get", "", "namespaces"),
          new Right("list", "", "namespaces"),
          new Right("create", "", "namespaces"),
          new Right("delete", "", "namespaces"),
          new Right("get", "", "resourcequotas"),
          new Right("create", "", "resourcequotas"),
          new Right("update", "", "resourcequotas"),
          new Right("get", "", "serviceaccounts"),
          new Right("create", "", "serviceaccounts"),
          new Right("get", "networking.k8s.io", "networkpolicies"),
          new Right("create", "networking.k8s.io", "networkpolicies"),
          new Right("list", "batch", "jobs"),
          new Right("create", "batch", "jobs"),
          new Right("patch", "batch", "jobs"),
          new Right("delete", "batch", "jobs"),
          new Right("list", "", "pods"),
          new Right("delete", "", "pods"),
          new Right("list", "", "events"));

  private Rights() {}

  /** The rights that the cluster says the client's account does not have. Blocks. */
  static List<Right> missing(KubernetesClient client) {
    List<Right> missing = new ArrayList<>();
    for (Right right : NEEDED) {
      SelfSubjectAccessReview answer =
          client
              .authorization()
              .v1()
              .selfSubjectAccessReview()
              .create(
                  new SelfSubjectAccessReviewBuilder()
                      .withNewSpec()
                      .withNewResourceAttributes()
                      .withVerb(right.verb())
                      .withGroup(right.group())
                      .withResource(right.resource())
                      .endResourceAttributes()
                      .endSpec()
                      .build());
      if (answer.getStatus() == null || !Boolean.TRUE.equals(answer.getStatus().getAllowed())) {
        missing.add(right);
      }
    }
    return missing;
  }
}
