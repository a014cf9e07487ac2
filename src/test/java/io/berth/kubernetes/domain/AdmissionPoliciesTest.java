package io.berth.kubernetes.domain;

import static io.berth.kubernetes.LeaseFixtures.NOW;
import static io.berth.kubernetes.LeaseFixtures.furnished;
import static io.berth.kubernetes.LeaseFixtures.job;
import static io.berth.kubernetes.LeaseFixtures.lease;
import static io.berth.kubernetes.LeaseFixtures.sizedSlots;
import static io.berth.kubernetes.LeaseFixtures.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.berth.kubernetes.domain.AdmissionChain.Write;
import io.berth.leasing.JobSpec;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseDelivery.JobDelivery;
import io.berth.leasing.LeaseState;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The policies of {@code k8s/provider/berth-admission.yaml}, by their own expressions. */
class AdmissionPoliciesTest {

  private static final KubernetesSerialization JSON = new KubernetesSerialization();
  private static final LeaseDelivery LEASE =
      lease(LeaseState.ACTIVE, sizedSlots(1, 8), sizedSlots(2, 8));
  private static final String HOME = Marks.namespace(LEASE.id());
  private static final String DIGITS = HOME.substring("berth-".length());
  private static final String LABEL = NodeMarks.label(LEASE.id());
  private static final String TENANT = "system:serviceaccount:" + HOME + ":berth-tenant";
  private static final String KUBE = "system:serviceaccount:kube-system:";
  private static final String BERTH = "system:serviceaccount:berth-access:berth";

  private final AdmissionChain chain =
      new AdmissionChain(
          manifest().stream()
              .filter(ValidatingAdmissionPolicy.class::isInstance)
              .map(ValidatingAdmissionPolicy.class::cast)
              .toList());

  private static List<HasMetadata> manifest() {
    try {
      return JSON.unmarshal(Files.readString(Path.of("k8s/provider/berth-admission.yaml")));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A tenant's pod as it comes to admission, with what the API server has filled in by then. */
  private static Pod own() {
    return JSON.unmarshal(
        """
        {"apiVersion": "v1", "kind": "Pod",
         "metadata": {"name": "notebook", "namespace": "%1$s", "labels": {"app": "notebook"}},
         "spec": {
           "nodeSelector": {"%2$s": "whole"},
           "tolerations": [
             {"key": "lease.berth.io/id", "operator": "Equal", "value": "%3$s", "effect": "NoSchedule"},
             {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"},
             {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300},
             {"key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}],
           "containers": [{
             "name": "notebook", "image": "registry.example/notebook:1", "imagePullPolicy": "Always",
             "resources": {"limits": {"nvidia.com/gpu": "1"}, "requests": {"nvidia.com/gpu": "1"}},
             "securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
             "volumeMounts": [{"name": "kube-api-access-x", "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount", "readOnly": true}]}],
           "volumes": [
             {"name": "scratch", "emptyDir": {}},
             {"name": "kube-api-access-x", "projected": {"sources": [{"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}}]}}],
           "restartPolicy": "Always", "terminationGracePeriodSeconds": 30, "dnsPolicy": "ClusterFirst",
           "serviceAccountName": "default", "serviceAccount": "default", "schedulerName": "default-scheduler",
           "securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
           "priority": 0, "enableServiceLinks": true, "preemptionPolicy": "PreemptLowerPriority"}}
        """
            .formatted(HOME, LABEL, DIGITS),
        Pod.class);
  }

  /** A pod of a Job of the service, as the Job's controller makes it. */
  private static Pod ofBerth() {
    JobDelivery job = furnished(job(1, 1, 8, "train"), Map.of("TOKEN", "hush"));
    JobSpec spec = job.spec();
    Job part =
        JobManifests.parts(
                with(LEASE, job),
                job,
                PodPlan.of(spec, PodPlan.nodes(LEASE), Map.of()).orElseThrow(),
                NOW)
            .get(0);
    return new PodBuilder()
        .withNewMetadata()
        .withGenerateName(part.getMetadata().getName() + "-")
        .withNamespace(HOME)
        .withLabels(part.getSpec().getTemplate().getMetadata().getLabels())
        .addToLabels("batch.kubernetes.io/job-name", part.getMetadata().getName())
        .addNewOwnerReference()
        .withApiVersion("batch/v1")
        .withKind("Job")
        .withName(part.getMetadata().getName())
        .withUid("5f1b")
        .withController(true)
        .withBlockOwnerDeletion(true)
        .endOwnerReference()
        .withFinalizers("batch.kubernetes.io/job-tracking")
        .endMetadata()
        .withSpec(part.getSpec().getTemplate().getSpec())
        .editSpec()
        .withSchedulerName("default-scheduler")
        .withTerminationGracePeriodSeconds(30L)
        .withPriority(1000)
        .withPriorityClassName("providers-default")
        .endSpec()
        .build();
  }

  private static Write create(String user, String resource, Object object) {
    return write("CREATE", user, resource, object, null);
  }

  private static Write write(
      String operation,
      String user,
      String resource,
      @Nullable Object object,
      @Nullable Object oldObject) {
    String group =
        switch (resource.split("/", 2)[0]) {
          case "jobs", "cronjobs" -> "batch";
          case "deployments", "statefulsets", "daemonsets" -> "apps";
          case "networkpolicies" -> "networking.k8s.io";
          case "resourceclaims", "resourceclaimtemplates" -> "resource.k8s.io";
          case "roles", "rolebindings" -> "rbac.authorization.k8s.io";
          default -> "";
        };
    return new Write(operation, group, resource, HOME, user, groups(user), object, oldObject);
  }

  private static List<String> groups(String user) {
    return user.startsWith("system:serviceaccount:")
        ? List.of(
            "system:serviceaccounts",
            "system:serviceaccounts:" + user.split(":")[2],
            "system:authenticated")
        : List.of("system:authenticated");
  }

  private List<String> refusals(Write write) {
    return chain.refusals(write);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tenant",
        KUBE + "replicaset-controller",
        KUBE + "statefulset-controller",
        KUBE + "job-controller",
        "system:kube-controller-manager"
      })
  void takesATenantsPodWhoeverMakesIt(String user) {
    assertThat(refusals(create(user.equals("tenant") ? TENANT : user, "pods", own()))).isEmpty();
  }

  @Test
  void takesATenantsPodThatClaimsDevicesByTheServicesTemplate() {
    Pod claiming =
        own()
            .edit()
            .editSpec()
            .addNewResourceClaim("gpu", null, ClaimManifests.TENANT_TEMPLATE)
            .endSpec()
            .build();

    assertThat(refusals(create(TENANT, "pods", claiming))).isEmpty();
  }

  static Stream<Pod> hostile() {
    return Stream.of(
        own().edit().editSpec().withNodeSelector(Map.of()).endSpec().build(),
        own().edit().editSpec().withNodeSelector(null).endSpec().build(),
        own().edit().editSpec().withNodeSelector(Map.of(LABEL, "leased")).endSpec().build(),
        own().edit().editSpec().withNodeSelector(Map.of(LABEL, "")).endSpec().build(),
        own()
            .edit()
            .editSpec()
            .withNodeSelector(Map.of("lease.berth.io/aaaaaaaaaaaaaaaaaaaaaaaaaa", "whole"))
            .endSpec()
            .build(),
        own().edit().editSpec().withNodeSelector(Map.of("zone", "whole")).endSpec().build(),
        // By affinity alone, as jobs of the service are.
        new PodBuilder(own())
            .editSpec()
            .withNodeSelector(null)
            .withAffinity(ofBerth().getSpec().getAffinity())
            .endSpec()
            .build(),
        own().edit().editSpec().withNodeName("control-plane-1").endSpec().build(),
        asking("limits"),
        asking("requests"),
        own().edit().editSpec().withSchedulerName("mine").endSpec().build(),
        tolerating(null, "Exists", null, null),
        tolerating("", "Exists", null, null),
        tolerating("lease.berth.io/id", "Exists", null, "NoSchedule"),
        tolerating("lease.berth.io/id", "Equal", "aaaaaaaaaaaaaaaaaaaaaaaaaa", "NoSchedule"),
        tolerating("lease.berth.io/id", null, null, null),
        tolerating("node-role.kubernetes.io/control-plane", "Exists", null, "NoSchedule"),
        tolerating("node.kubernetes.io/unschedulable", "Exists", null, "NoSchedule"),
        tolerating("node.kubernetes.io/disk-pressure", "Exists", null, "NoSchedule"),
        tolerating("node.kubernetes.io/not-ready", "Exists", null, "NoSchedule"),
        tolerating("node.kubernetes.io/not-ready", "Exists", null, null),
        tolerating("nvidia.com/gpu", "Exists", null, "NoExecute"),
        tolerating("nvidia.com/gpu", "Exists", null, null),
        tolerating("maintenance", "Equal", "true", "NoSchedule"),
        own()
            .edit()
            .editSpec()
            .withPriorityClassName("system-node-critical")
            .withPriority(2_000_001_000)
            .endSpec()
            .build(),
        own().edit().editSpec().withServiceAccountName("berth-tenant").endSpec().build(),
        own()
            .edit()
            .editSpec()
            .editContainer(0)
            .withImagePullPolicy("IfNotPresent")
            .endContainer()
            .endSpec()
            .build(),
        own()
            .edit()
            .editSpec()
            .editContainer(0)
            .withImagePullPolicy("Never")
            .endContainer()
            .endSpec()
            .build(),
        own()
            .edit()
            .editSpec()
            .addNewInitContainer()
            .withName("first")
            .withImage("registry.example/others:1")
            .withImagePullPolicy("IfNotPresent")
            .endInitContainer()
            .endSpec()
            .build(),
        own()
            .edit()
            .editSpec()
            .addNewVolume()
            .withName("claim")
            .withNewEphemeral()
            .endEphemeral()
            .endVolume()
            .endSpec()
            .build(),
        own()
            .edit()
            .editSpec()
            .addNewVolume()
            .withName("image")
            .withNewImage("Never", "registry.example/others:1")
            .endVolume()
            .endSpec()
            .build(),
        own().edit().editSpec().withTerminationGracePeriodSeconds(31_536_000L).endSpec().build(),
        own().edit().editMetadata().withFinalizers("example.com/stay").endMetadata().build(),
        // No controller of jobs takes it off again.
        own()
            .edit()
            .editMetadata()
            .withFinalizers("batch.kubernetes.io/job-tracking")
            .endMetadata()
            .build(),
        own()
            .edit()
            .editSpec()
            .addNewVolume()
            .withName("share")
            .withNewCsi()
            .withDriver("nfs.csi.k8s.io")
            .endCsi()
            .endVolume()
            .endSpec()
            .build(),
        own()
            .edit()
            .editMetadata()
            .addToAnnotations("k8s.v1.cni.cncf.io/networks", "storage")
            .endMetadata()
            .build(),
        own()
            .edit()
            .editMetadata()
            .addToAnnotations("cni.projectcalico.org/ipAddrs", "[\"10.0.0.1\"]")
            .endMetadata()
            .build(),
        own()
            .edit()
            .editMetadata()
            .addToLabels(Marks.MANAGED_BY, Marks.BERTH)
            .endMetadata()
            .build(),
        // Kueue's older releases read an annotation, too.
        own().edit().editMetadata().addToLabels(JobQueue.LABEL, "berth").endMetadata().build(),
        own()
            .edit()
            .editMetadata()
            .addToAnnotations(JobQueue.LABEL, "berth")
            .endMetadata()
            .build());
  }

  private static Pod tolerating(
      @Nullable String key,
      @Nullable String operator,
      @Nullable String value,
      @Nullable String effect) {
    return own()
        .edit()
        .editSpec()
        .addNewToleration()
        .withKey(key)
        .withOperator(operator)
        .withValue(value)
        .withEffect(effect)
        .endToleration()
        .endSpec()
        .build();
  }

  /** Devices of a class that the lease has nothing of, which the server would claim for the pod. */
  private static Pod asking(String where) {
    Map<String, Quantity> devices =
        Map.of("deviceclass.resource.kubernetes.io/mig.nvidia.com", new Quantity("7"));
    return own()
        .edit()
        .editSpec()
        .editFirstContainer()
        .withNewResources()
        .addToLimits(where.equals("limits") ? devices : Map.of())
        .addToRequests(where.equals("requests") ? devices : Map.of())
        .endResources()
        .endContainer()
        .endSpec()
        .build();
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void refusesAHostilePodWhoeverMakesIt(Pod pod) {
    for (String user :
        List.of(
            TENANT,
            "system:serviceaccount:" + HOME + ":default",
            KUBE + "replicaset-controller",
            KUBE + "statefulset-controller",
            KUBE + "daemon-set-controller",
            KUBE + "job-controller",
            "system:kube-controller-manager",
            "kubernetes-admin")) {
      assertThat(refusals(create(user, "pods", pod))).as(user).isNotEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {KUBE + "job-controller", "system:kube-controller-manager"})
  void takesPodsOfTheServicesJobs(String controller) {
    assertThat(refusals(create(controller, "pods", ofBerth()))).isEmpty();
  }

  @Test
  void takesNoPodThatOnlyLooksLikeTheServices() {
    for (String user :
        List.of(TENANT, KUBE + "replicaset-controller", KUBE + "statefulset-controller")) {
      assertThat(refusals(create(user, "pods", ofBerth()))).as(user).isNotEmpty();
    }
    Pod ofADeployment =
        ofBerth()
            .edit()
            .editMetadata()
            .editFirstOwnerReference()
            .withKind("ReplicaSet")
            .withApiVersion("apps/v1")
            .endOwnerReference()
            .endMetadata()
            .build();
    Pod bare = ofBerth().edit().editMetadata().withOwnerReferences().endMetadata().build();
    Pod unmarked =
        ofBerth().edit().editMetadata().removeFromLabels(Marks.MANAGED_BY).endMetadata().build();
    for (Pod pod : List.of(ofADeployment, bare, unmarked)) {
      assertThat(refusals(create("system:kube-controller-manager", "pods", pod))).isNotEmpty();
    }
  }

  @Test
  void leavesPodsAloneThatAreInNoLease() {
    Pod elsewhere =
        tolerating(null, "Exists", null, null)
            .edit()
            .editMetadata()
            .withNamespace("kube-system")
            .endMetadata()
            .build();
    for (String namespace : List.of("kube-system", "berth-access", "berth-" + DIGITS + "a")) {
      assertThat(
              refusals(
                  new Write(
                      "CREATE",
                      "",
                      "pods",
                      namespace,
                      "kubernetes-admin",
                      List.of(),
                      elsewhere,
                      null)))
          .isEmpty();
    }
  }

  @Test
  void letsOthersChangePodsButWidenNothing() {
    String network = KUBE + "calico-node";
    Pod annotated =
        ofBerth().edit().editMetadata().addToAnnotations("cni", "10.1.2.3").endMetadata().build();
    Pod widened =
        annotated
            .edit()
            .editSpec()
            .addNewToleration()
            .withOperator("Exists")
            .endToleration()
            .endSpec()
            .build();

    assertThat(refusals(write("UPDATE", network, "pods", annotated, ofBerth()))).isEmpty();
    assertThat(refusals(write("UPDATE", network, "pods", widened, ofBerth()))).isNotEmpty();
    assertThat(
            refusals(
                write(
                    "UPDATE",
                    TENANT,
                    "pods",
                    own().edit().editMetadata().addToLabels("a", "b").endMetadata().build(),
                    own())))
        .isEmpty();
    assertThat(
            refusals(
                write(
                    "UPDATE",
                    TENANT,
                    "pods",
                    tolerating("maintenance", "Exists", null, "NoSchedule"),
                    own())))
        .isNotEmpty();
  }

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

  @Test
  void holdsTheServicesAccountToNamespacesOfLeases() {
    for (Object object :
        List.of(
            LeaseManifests.quota(LEASE),
            LeaseManifests.networkPolicy(LEASE),
            LeaseManifests.tenantBinding(LEASE))) {
      String resource =
          switch (((HasMetadata) object).getKind()) {
            case "ResourceQuota" -> "resourcequotas";
            case "NetworkPolicy" -> "networkpolicies";
            default -> "rolebindings";
          };
      assertThat(refusals(create(BERTH, resource, object))).isEmpty();
    }
    for (String namespace : List.of("kube-system", "default", "berth-access", "berth-x")) {
      assertThat(
              refusals(
                  new Write(
                      "CREATE",
                      "batch",
                      "jobs",
                      namespace,
                      BERTH,
                      groups(BERTH),
                      "{\"metadata\": {\"name\": \"a\"}, \"spec\": {\"template\": {}}}",
                      null)))
          .as(namespace)
          .containsExactly("Berth's account writes in namespaces of leases and probes alone.");
    }
  }

  @Test
  void letsTheServicesAccountProbeNodes() {
    String home = "berth-probe-" + DIGITS;
    Object namespace = "{\"metadata\": {\"name\": \"" + home + "\"}}";

    assertThat(refusals(clusterWide("CREATE", "namespaces", namespace, null))).isEmpty();
    assertThat(refusals(clusterWide("DELETE", "namespaces", null, namespace))).isEmpty();
    assertThat(
            refusals(
                new Write(
                    "CREATE",
                    "batch",
                    "jobs",
                    home,
                    BERTH,
                    groups(BERTH),
                    "{\"metadata\": {\"name\": \"a\"}, \"spec\": {\"template\": {}}}",
                    null)))
        .isEmpty();
  }

  @Test
  void holdsTheServicesAccountToItsOwnNamespacesAndMarksOfNodes() {
    Object theirs = "{\"metadata\": {\"name\": \"kube-system\"}}";

    assertThat(refusals(clusterWide("CREATE", "namespaces", LeaseManifests.namespace(LEASE), null)))
        .isEmpty();
    assertThat(refusals(clusterWide("DELETE", "namespaces", null, LeaseManifests.namespace(LEASE))))
        .isEmpty();
    assertThat(refusals(clusterWide("DELETE", "namespaces", null, theirs))).isNotEmpty();
    assertThat(refusals(clusterWide("CREATE", "namespaces", theirs, null))).isNotEmpty();
    assertThat(
            refusals(
                clusterWide(
                    "UPDATE",
                    "namespaces",
                    LeaseManifests.namespace(LEASE),
                    LeaseManifests.namespace(LEASE))))
        .isNotEmpty();

    NodeBuilder node =
        new NodeBuilder()
            .withNewMetadata()
            .withName("h100-1")
            .addToLabels("zone", "a")
            .addToAnnotations("volumes", "yes")
            .endMetadata()
            .withNewSpec()
            .addNewTaint("NoSchedule", "nvidia.com/gpu", null, "present")
            .endSpec();
    Object before = node.build();
    Object marked =
        new NodeBuilder(node.build())
            .editMetadata()
            .addToLabels(LABEL, "whole")
            .endMetadata()
            .editSpec()
            .addNewTaint("NoSchedule", "lease.berth.io/id", null, DIGITS)
            .endSpec()
            .build();
    assertThat(refusals(clusterWide("UPDATE", "nodes", marked, before))).isEmpty();
    assertThat(refusals(clusterWide("UPDATE", "nodes", before, marked))).isEmpty();
    assertThat(
            refusals(
                clusterWide(
                    "UPDATE",
                    "nodes",
                    new NodeBuilder(node.build())
                        .editMetadata()
                        .addToLabels("zone", "b")
                        .endMetadata()
                        .build(),
                    before)))
        .isNotEmpty();
    assertThat(
            refusals(
                clusterWide(
                    "UPDATE",
                    "nodes",
                    new NodeBuilder(node.build())
                        .editMetadata()
                        .removeFromLabels("zone")
                        .endMetadata()
                        .build(),
                    before)))
        .isNotEmpty();
    assertThat(
            refusals(
                clusterWide(
                    "UPDATE",
                    "nodes",
                    new NodeBuilder(node.build()).editSpec().withTaints().endSpec().build(),
                    before)))
        .isNotEmpty();
    assertThat(
            refusals(
                clusterWide(
                    "UPDATE",
                    "nodes",
                    new NodeBuilder(node.build())
                        .editSpec()
                        .withUnschedulable(true)
                        .endSpec()
                        .build(),
                    before)))
        .isNotEmpty();
    assertThat(
            refusals(
                clusterWide(
                    "UPDATE",
                    "nodes",
                    new NodeBuilder(node.build())
                        .editMetadata()
                        .addToAnnotations("volumes", "no")
                        .endMetadata()
                        .build(),
                    before)))
        .isNotEmpty();
    assertThat(refusals(clusterWide("DELETE", "nodes", null, before))).isNotEmpty();
  }

  private static Write clusterWide(
      String operation, String resource, @Nullable Object object, @Nullable Object oldObject) {
    return new Write(operation, "", resource, "", BERTH, groups(BERTH), object, oldObject);
  }

  @Test
  void recognizesWhatIsShippedAsServersKeepIt() {
    for (String name : AdmissionPolicies.NEEDED) {
      ValidatingAdmissionPolicy kept =
          AdmissionPolicies.policy(name)
              .edit()
              .editMetadata()
              .withUid("1")
              .withResourceVersion("7")
              .withGeneration(1L)
              .endMetadata()
              .editSpec()
              .editMatchConstraints()
              .withNewNamespaceSelector()
              .endNamespaceSelector()
              .withNewObjectSelector()
              .endObjectSelector()
              .endMatchConstraints()
              .endSpec()
              .withNewStatus()
              .withObservedGeneration(1L)
              .endStatus()
              .build();
      assertThat(AdmissionPolicies.isAsShipped(kept)).isTrue();
      assertThat(AdmissionPolicies.isAsShipped(AdmissionPolicies.binding(name))).isTrue();
    }
  }

  @Test
  void recognizesNothingThatIsWeaker() {
    for (String name : AdmissionPolicies.NEEDED) {
      ValidatingAdmissionPolicy shipped = AdmissionPolicies.policy(name);
      assertThat(
              List.of(
                  shipped.edit().editSpec().withFailurePolicy("Ignore").endSpec().build(),
                  shipped
                      .edit()
                      .editSpec()
                      .removeFromValidations(shipped.getSpec().getValidations().getLast())
                      .endSpec()
                      .build(),
                  shipped
                      .edit()
                      .editSpec()
                      .editMatchConstraints()
                      .withNewObjectSelector()
                      .addToMatchLabels("policed", "yes")
                      .endObjectSelector()
                      .endMatchConstraints()
                      .endSpec()
                      .build(),
                  shipped
                      .edit()
                      .editSpec()
                      .addNewMatchCondition("false", "never")
                      .endSpec()
                      .build(),
                  shipped
                      .edit()
                      .editMetadata()
                      .withDeletionTimestamp(NOW.toString())
                      .endMetadata()
                      .build()))
          .noneMatch(AdmissionPolicies::isAsShipped);
      assertThat(
              AdmissionPolicies.isAsShipped(
                  AdmissionPolicies.binding(name)
                      .edit()
                      .editSpec()
                      .withValidationActions("Audit")
                      .endSpec()
                      .build()))
          .isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "taints | [] | true",
        "taints | ['nvidia.com/gpu', 'dedicated'] | true",
        "taints | ['node.kubernetes.io/unschedulable'] | false",
        "taints | ['lease.berth.io/id'] | false",
        "taints | object.spec.tolerations.map(one, one.key) | false",
        "taints | ['a'] + ['node.kubernetes.io/' + 'unschedulable'] | false",
        "priorityClasses | ['standard'] | true",
        "priorityClasses | ['system-node-critical'] | false",
        "priorityClasses | [object.spec.priorityClassName] | false",
        "lease | ['a'] | false"
      })
  void letsProvidersChooseListsOfWords(String variable, String expression, boolean taken) {
    ValidatingAdmissionPolicy shipped = AdmissionPolicies.policy(AdmissionPolicies.PODS);
    ValidatingAdmissionPolicy chosen =
        shipped
            .edit()
            .editSpec()
            .editMatchingVariable(found -> found.getName().equals(variable))
            .withExpression(expression)
            .endVariable()
            .endSpec()
            .build();

    assertThat(AdmissionPolicies.isAsShipped(chosen)).isEqualTo(taken);
  }

  @Test
  void letsTenantsReadAndWriteNothingButTheirWorkloads() {
    ClusterRole role =
        manifest().stream()
            .filter(ClusterRole.class::isInstance)
            .map(ClusterRole.class::cast)
            .filter(found -> found.getMetadata().getName().equals(LeaseManifests.TENANT_WORKLOADS))
            .findFirst()
            .orElseThrow();

    assertThat(role.getAggregationRule()).isNull();
    assertThat(role.getRules())
        .allSatisfy(rule -> {
          assertThat(rule.getVerbs())
              .doesNotContain("*", "escalate", "bind", "impersonate", "use", "approve");
          assertThat(rule.getResources())
              .noneMatch(resource ->
                  resource.contains("*")
                      || resource.contains("role")
                      || resource.contains("serviceaccount")
                      || resource.contains("networkpol")
                      || resource.endsWith("/proxy")
                      || resource.endsWith("/binding")
                      || resource.endsWith("/ephemeralcontainers")
                      || resource.endsWith("/status"));
        });
    assertThat(
            role.getRules().stream()
                .filter(rule -> rule.getVerbs().contains("update"))
                .flatMap(rule -> rule.getResources().stream()))
        .doesNotContain("resourcequotas", "limitranges", "persistentvolumeclaims", "daemonsets");
  }
}
