package io.berth.kubernetes.domain;

import static io.berth.kubernetes.LeaseFixtures.NOW;
import static io.berth.kubernetes.LeaseFixtures.job;
import static io.berth.kubernetes.LeaseFixtures.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.berth.kubernetes.domain.AdmissionChain.Write;
import io.berth.leasing.LeaseDelivery.JobDelivery;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What tenants may write in their leases beside pods, and what nobody may. */
class LeaseObjectPolicyTest extends AdmissionWrites {

  @Test
  void keepsTenantsOffWhatTheServiceMade() {
    Pod ours = ofBerth();
    Pod relabelled =
        ours.edit().editMetadata().removeFromLabels(Marks.MANAGED_BY).endMetadata().build();
    Pod claimed =
        own()
            .edit()
            .editMetadata()
            .addToLabels(Marks.MANAGED_BY, Marks.BERTH)
            .endMetadata()
            .build();

    assertThat(refusals(write("DELETE", TENANT, "pods", null, ours))).isNotEmpty();
    assertThat(refusals(write("UPDATE", TENANT, "pods", relabelled, ours))).isNotEmpty();
    assertThat(refusals(write("UPDATE", TENANT, "pods", claimed, own()))).isNotEmpty();
    assertThat(refusals(write("DELETE", TENANT, "pods", null, own()))).isEmpty();
    assertThat(refusals(write("DELETE", BERTH, "pods", null, ours))).isEmpty();
    assertThat(refusals(write("DELETE", KUBE + "job-controller", "pods", null, ours))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "CREATE, pods/binding",
    "CREATE, bindings",
    "CREATE, pods/eviction",
    "UPDATE, pods/ephemeralcontainers",
    "UPDATE, pods/status",
    "UPDATE, services/status",
    "CREATE, serviceaccounts",
    "CREATE, serviceaccounts/token",
    "UPDATE, networkpolicies",
    "DELETE, networkpolicies",
    "UPDATE, resourcequotas",
    "DELETE, limitranges",
    "CREATE, roles",
    "CREATE, rolebindings",
    "CREATE, endpoints",
    "CREATE, daemonsets",
    "CREATE, resourceclaims",
    "CREATE, resourceclaimtemplates",
    "DELETE, resourceclaims",
    "CREATE, events"
  })
  void refusesWhatTenantsHaveNoBusinessWith(String operation, String resource) {
    String object = "{\"metadata\": {\"name\": \"a\"}}";

    assertThat(
            refusals(
                write(
                    operation,
                    TENANT,
                    resource,
                    operation.equals("DELETE") ? null : object,
                    operation.equals("CREATE") ? null : object)))
        .isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "services",
    "configmaps",
    "secrets",
    "deployments",
    "statefulsets",
    "jobs",
    "cronjobs"
  })
  void takesWhatTenantsWorkWith(String resource) {
    String object =
        """
        {"metadata": {"name": "a", "labels": {"app": "a"}},
         "spec": {"type": "ClusterIP", "template": {"metadata": {"labels": {"app": "a"}}}}}
        """;

    assertThat(refusals(create(TENANT, resource, object))).isEmpty();
    assertThat(refusals(write("UPDATE", TENANT, resource, object, object))).isEmpty();
    assertThat(refusals(write("DELETE", TENANT, resource, null, object))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"deployments", "statefulsets", "daemonsets"})
  void boundsHowManyRevisionsAreKept(String resource) {
    assertThat(refusals(create(KUBE + "any-controller", resource, keeping(10)))).isEmpty();
    assertThat(refusals(create(KUBE + "any-controller", resource, keeping(11)))).hasSize(1);
    assertThat(refusals(write("UPDATE", BERTH, resource, keeping(11), keeping(10)))).isNotEmpty();
    // Or the cluster could not remove one that was there before.
    assertThat(
            refusals(
                write(
                    "UPDATE",
                    KUBE + "generic-garbage-collector",
                    resource,
                    keeping(50),
                    keeping(50))))
        .isEmpty();
  }

  private static String keeping(int revisions) {
    return "{\"metadata\": {\"name\": \"a\"}, \"spec\": {\"revisionHistoryLimit\": %d}}"
        .formatted(revisions);
  }

  /** A pod that takes a year to stop would keep its devices beyond the lease. */
  @Test
  void letsTenantsDeleteNothingThatStaysForLong() {
    for (String grace : List.of("0", "30", "120")) {
      assertThat(refusals(deletion(grace))).isEmpty();
    }
    assertThat(refusals(deletion("121"))).hasSize(1);
    assertThat(refusals(deletion("31536000"))).hasSize(1);
    assertThat(refusals(write("DELETE", TENANT, "pods", null, own()))).isEmpty();
  }

  private static Write deletion(String graceSeconds) {
    return write("DELETE", TENANT, "pods", null, own())
        .withOptions("{\"gracePeriodSeconds\": " + graceSeconds + "}");
  }

  /** Network plug-ins note what they gave a pod; its tenant does not. */
  @Test
  void letsNetworkPlugInsAloneNoteAddresses() {
    Pod noted =
        own()
            .edit()
            .editMetadata()
            .addToAnnotations("cni.projectcalico.org/podIP", "10.0.0.1/32")
            .endMetadata()
            .build();

    assertThat(refusals(write("UPDATE", KUBE + "calico-cni-plugin", "pods", noted, own())))
        .isEmpty();
    assertThat(refusals(write("UPDATE", TENANT, "pods", noted, noted))).isEmpty();
    assertThat(refusals(write("UPDATE", TENANT, "pods", noted, own()))).hasSize(1);
  }

  @Test
  void letsTenantsScale() {
    String scale = "{\"metadata\": {\"name\": \"a\"}, \"spec\": {\"replicas\": 2}}";

    assertThat(refusals(write("UPDATE", TENANT, "deployments/scale", scale, scale))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "services | {'metadata': {'name': 'a'}, 'spec': {'type': 'NodePort'}}",
        "services | {'metadata': {'name': 'a'}, 'spec': {'type': 'LoadBalancer'}}",
        "services | {'metadata': {'name': 'a'}, 'spec': {'type': 'ExternalName', 'externalName': 'x'}}",
        "services | {'metadata': {'name': 'a'}, 'spec': {'type': 'ClusterIP', 'externalIPs': ['8.8.8.8']}}",
        "statefulsets | {'metadata': {'name': 'a'}, 'spec': {'volumeClaimTemplates': [{'metadata': {'name': 'c'}}]}}",
        "secrets | {'metadata': {'name': 'a', 'annotations': {'kubernetes.io/service-account.name': 'berth-tenant'}}, 'type': 'kubernetes.io/service-account-token'}",
        "configmaps | {'metadata': {'name': 'a', 'finalizers': ['example.com/stay']}}",
        "configmaps | {'metadata': {'name': 'a', 'labels': {'app.kubernetes.io/managed-by': 'berth'}}}",
        "jobs | {'metadata': {'name': 'a', 'labels': {'app.kubernetes.io/managed-by': 'berth'}}, 'spec': {'template': {}}}",
        "jobs | {'metadata': {'name': 'a'}, 'spec': {'template': {'metadata': {'labels': {'app.kubernetes.io/managed-by': 'berth'}}}}}",
        "jobs | {'metadata': {'name': 'a', 'labels': {'kueue.x-k8s.io/queue-name': 'berth'}}, 'spec': {'template': {}}}",
        "jobs | {'metadata': {'name': 'a', 'annotations': {'kueue.x-k8s.io/queue-name': 'berth'}}, 'spec': {'template': {}}}",
        "deployments | {'metadata': {'name': 'a', 'labels': {'kueue.x-k8s.io/queue-name': 'berth'}}, 'spec': {'template': {}}}"
      })
  void refusesATenantsHostileObjects(String resource, String object) {
    assertThat(refusals(create(TENANT, resource, object.replace('\'', '"')))).isNotEmpty();
    String plain = "{\"metadata\": {\"name\": \"a\"}, \"spec\": {\"template\": {}}}";
    assertThat(refusals(write("UPDATE", TENANT, resource, object.replace('\'', '"'), plain)))
        .isNotEmpty();
  }

  @Test
  void takesTheServicesJobsAndNoneThatACronJobMakesLookLikeThem() {
    JobDelivery job = job(1, 1, 8, "train");
    Job part =
        JobManifests.parts(
                with(LEASE, job),
                job,
                PodPlan.of(job.spec(), PodPlan.nodes(LEASE), Map.of()).orElseThrow(),
                NOW)
            .get(0);
    Job byCron =
        part.edit()
            .editMetadata()
            .withLabels(Map.of())
            .addNewOwnerReference()
            .withApiVersion("batch/v1")
            .withKind("CronJob")
            .withName("job")
            .withUid("1")
            .withController(true)
            .endOwnerReference()
            .endMetadata()
            .build();

    assertThat(refusals(create(BERTH, "jobs", part))).isEmpty();
    // A provider that registered its cluster with another account.
    assertThat(refusals(create("CN=berth", "jobs", part))).isEmpty();
    assertThat(refusals(write("UPDATE", KUBE + "generic-garbage-collector", "jobs", part, part)))
        .isEmpty();
    assertThat(refusals(create(KUBE + "cronjob-controller", "jobs", byCron))).isNotEmpty();
    assertThat(refusals(write("UPDATE", TENANT, "jobs", part, part))).isNotEmpty();
    assertThat(refusals(write("DELETE", TENANT, "jobs", null, part))).isNotEmpty();
  }

  @Test
  void takesTheServicesQueuedJobsAsKueueChangesThemAndNoOthersInAQueue() {
    JobDelivery job = job(1, 1, 8, "train");
    Job waiting =
        JobQueue.queued(
            JobManifests.parts(
                    with(LEASE, job),
                    job,
                    PodPlan.of(job.spec(), PodPlan.nodes(LEASE), Map.of()).orElseThrow(),
                    NOW)
                .get(0));
    Job admitted =
        waiting
            .edit()
            .editSpec()
            .withSuspend(false)
            .editTemplate()
            .editMetadata()
            .addToAnnotations("kueue.x-k8s.io/workload", "job-1")
            .endMetadata()
            .editSpec()
            .addToNodeSelector("pool", "h100")
            .addNewToleration()
            .withKey("queued")
            .withOperator("Exists")
            .endToleration()
            .endSpec()
            .endTemplate()
            .endSpec()
            .build();
    String byCron =
        """
        {"metadata": {"name": "a", "labels": {"kueue.x-k8s.io/queue-name": "berth"},
          "ownerReferences": [{"kind": "CronJob", "controller": true}]}, "spec": {"template": {}}}
        """;

    assertThat(refusals(create(BERTH, "jobs", waiting))).isEmpty();
    assertThat(
            refusals(
                write(
                    "UPDATE",
                    "system:serviceaccount:kueue-system:kueue-controller-manager",
                    "jobs",
                    admitted,
                    waiting)))
        .isEmpty();
    assertThat(refusals(create(KUBE + "job-controller", "pods", queuedPod(admitted)))).isEmpty();
    assertThat(refusals(create(KUBE + "cronjob-controller", "jobs", byCron))).isNotEmpty();
  }

  private static Pod queuedPod(Job part) {
    return new PodBuilder(ofBerth())
        .editMetadata()
        .withAnnotations(part.getSpec().getTemplate().getMetadata().getAnnotations())
        .endMetadata()
        .withSpec(part.getSpec().getTemplate().getSpec())
        .build();
  }
}
