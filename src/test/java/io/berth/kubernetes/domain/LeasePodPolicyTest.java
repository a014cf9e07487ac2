package io.berth.kubernetes.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.kubernetes.domain.AdmissionChain.Write;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What pods there may be in a lease, whoever makes them. */
class LeasePodPolicyTest extends AdmissionWrites {

  private static final String DEVICE_CLASS = "deviceclass.resource.kubernetes.io/mig.nvidia.com";

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
        asking("limits", DEVICE_CLASS),
        asking("requests", DEVICE_CLASS),
        asking("limits", "rdma/hca_shared_devices_a"),
        asking("requests", "vpc.amazonaws.com/efa"),
        asking("limits", "nvidia.com/gpu.memory"),
        asking("limits", "intel.com/sriov_netdevice"),
        asking("limits", "devices.kubevirt.io/kvm"),
        first("smarter-devices/fuse"),
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
        annotated("k8s.v1.cni.cncf.io/networks", "storage"),
        annotated("cni.projectcalico.org/ipAddrs", "[\"10.0.0.1\"]"),
        annotated("ovn.kubernetes.io/ip_address", "10.0.0.1"),
        annotated("kubernetes.io/egress-bandwidth", "100G"),
        annotated("cdi.k8s.io/mine", "nvidia.com/gpu=all"),
        // What container runtimes are told.
        annotated("io.kubernetes.cri-o.Devices", "/dev/sda"),
        annotated("io.katacontainers.config.hypervisor.path", "/bin/sh"),
        annotated("cpu-quota.crio.io", "disable"),
        annotated("kubernetes.io/limit-ranger.example.com", "x"),
        annotated("nvidia.com/use-gpuuuid", "GPU-1"),
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

  /** One that asks for devices that the lease has nothing of. */
  private static Pod asking(String where, String resource) {
    Map<String, Quantity> devices = Map.of(resource, new Quantity("7"));
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

  /** The same by a container that runs before the others. */
  private static Pod first(String resource) {
    Pod asking = asking("limits", resource);
    return own()
        .edit()
        .editSpec()
        .withInitContainers(asking.getSpec().getContainers())
        .endSpec()
        .build();
  }

  private static Pod annotated(String key, String value) {
    return own().edit().editMetadata().addToAnnotations(key, value).endMetadata().build();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cpu",
        "memory",
        "ephemeral-storage",
        "hugepages-1Gi",
        "nvidia.com/gpu",
        "nvidia.com/mig-1g.10gb",
        "amd.com/gpu",
        "amd.com/cpx_nps4",
        "gpu.intel.com/xe",
        "habana.ai/gaudi",
        "huawei.com/Ascend910",
        "huawei.com/Ascend910-8c.32g",
        "iluvatar.ai/BI-V150-vgpu",
        "google.com/tpu",
        "aws.amazon.com/neuron"
      })
  void takesAPodThatAsksForAccelerators(String resource) {
    assertThat(refusals(create(TENANT, "pods", asking("limits", resource)))).isEmpty();
    assertThat(refusals(create(TENANT, "pods", asking("requests", resource)))).isEmpty();
  }

  /** Whoever adds a vendor to what is detected adds it here, too. */
  @Test
  void takesEveryAcceleratorThatIsDetected() throws IOException {
    List<String> named =
        Pattern.compile("'([^']+)'")
            .matcher(
                AdmissionPolicies.policy(AdmissionPolicies.PODS).getSpec().getVariables().stream()
                    .filter(variable -> variable.getName().equals("resources"))
                    .findFirst()
                    .orElseThrow()
                    .getExpression())
            .results()
            .map(word -> word.group(1))
            .toList();
    String detection = Files.readString(Path.of("src/main/resources/catalog/detection.yaml"));
    List<String> domains =
        Pattern.compile("\\{name: '([^/]+)/.*slot: ")
            .matcher(detection)
            .results()
            .map(match -> match.group(1).replace("(?:com|ai)", "com").replace("\\", ""))
            .distinct()
            .toList();

    assertThat(domains).hasSizeGreaterThan(10);
    assertThat(domains)
        .allSatisfy(domain -> assertThat(named).anyMatch(word -> word.startsWith(domain + "/")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "team",
        "kubectl.kubernetes.io/restartedAt",
        "kubectl.kubernetes.io/default-container",
        // The server's own, where a container names no processors and memory.
        "kubernetes.io/limit-ranger",
        "batch.kubernetes.io/job-completion-index",
        "container.apparmor.security.beta.kubernetes.io/notebook",
        "prometheus.io/scrape",
        "checksum/config"
      })
  void takesAPodWithHarmlessAnnotations(String key) {
    Pod noted = annotated(key, "x");

    assertThat(refusals(create(TENANT, "pods", noted))).isEmpty();
    assertThat(refusals(create(KUBE + "job-controller", "pods", noted))).isEmpty();
    assertThat(refusals(write("UPDATE", TENANT, "pods", noted, own()))).isEmpty();
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
}
