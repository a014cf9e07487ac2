package io.berth.kubernetes.domain;

import static io.berth.kubernetes.LeaseFixtures.CLAIMED_GPU;
import static io.berth.kubernetes.LeaseFixtures.GPU;
import static io.berth.kubernetes.LeaseFixtures.NOW;
import static io.berth.kubernetes.LeaseFixtures.apart;
import static io.berth.kubernetes.LeaseFixtures.claimed;
import static io.berth.kubernetes.LeaseFixtures.job;
import static io.berth.kubernetes.LeaseFixtures.lease;
import static io.berth.kubernetes.LeaseFixtures.sizedSlots;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.catalog.DeviceDriver;
import io.berth.catalog.DeviceDrivers;
import io.berth.inventory.NodeLabel;
import io.berth.inventory.NodePool;
import io.berth.kubernetes.Slices;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseDelivery.JobDelivery;
import io.berth.leasing.LeaseState;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodResourceClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.resource.v1.Device;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimTemplate;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimTemplateBuilder;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ClaimManifestsTest {

  private final LeaseDelivery plain = lease(LeaseState.ACTIVE, sizedSlots(1, 8), sizedSlots(2, 3));
  private final LeaseDelivery lease = claimed(plain);

  @Test
  void asksForWholeDevicesOfWhatIsLeasedAndForNothingElse() {
    ResourceClaimTemplate template = template(8);

    assertThat(template.getMetadata().getNamespace()).isEqualTo(Marks.namespace(lease.id()));
    assertThat(template.getMetadata().getLabels()).isEqualTo(Marks.of(lease.id()));
    assertThat(template.getSpec().getSpec().getDevices().getRequests())
        .singleElement()
        .satisfies(request -> {
          assertThat(request.getFirstAvailable()).isEmpty();
          assertThat(request.getExactly().getDeviceClassName()).isEqualTo("gpu.nvidia.com");
          assertThat(request.getExactly().getAllocationMode()).isEqualTo("ExactCount");
          assertThat(request.getExactly().getCount()).isEqualTo(8);
          assertThat(request.getExactly().getAdminAccess()).isNull();
          assertThat(request.getExactly().getTolerations()).isEmpty();
        });
  }

  @Test
  void fitsThePublishedSchemaWhoeverMadeTheDevices() {
    List<NodePool> pools =
        DeviceDrivers.all().stream().map(driver -> pool(driver, "Some Product (OAM)")).toList();

    assertThat(
            Stream.concat(
                pools.stream()
                    .map(pool ->
                        ClaimManifests.template(pool, 32, "berth-probe-a", Map.of("a", "b"))),
                Stream.of(ClaimManifests.tenantTemplate(lease))))
        .allSatisfy(template -> ClaimSchema.check(template.orElseThrow()));
  }

  @Test
  void hasASchemaThatRefusesWhatTheApiWould() {
    ResourceClaimTemplate good = template(8);

    assertThatThrownBy(() ->
            ClaimSchema.check(
                new ResourceClaimTemplateBuilder(good)
                    .editSpec()
                    .editSpec()
                    .editDevices()
                    .editRequest(0)
                    .withName("Not_a_label")
                    .endRequest()
                    .endDevices()
                    .endSpec()
                    .endSpec()
                    .build()))
        .hasMessageContaining("name");
    assertThatThrownBy(() ->
            ClaimSchema.check(
                new ResourceClaimTemplateBuilder(good)
                    .addToAdditionalProperties("status", "no such field")
                    .build()))
        .hasMessageContaining("status");
    assertThatThrownBy(() -> ClaimSchema.check(template(33))).hasMessageContaining("count");
  }

  @Test
  void selectsByAnExpressionThatFitsWholeDevicesOfTheProductAlone() {
    String expression = expression(template(8));

    assertThat(selects(expression, "gpu.nvidia.com", Slices.gpu(0))).isTrue();
    assertThat(selects(expression, "gpu.nvidia.com", Slices.gpu(0, "NVIDIA H200"))).isFalse();
    assertThat(
            selects(
                expression,
                "gpu.nvidia.com",
                Slices.attributed("mig", Map.of("type", "mig", "productName", Slices.H100))))
        .isFalse();
    // What lacks an attribute, or is another driver's, must not abort the allocation of others.
    assertThat(selects(expression, "gpu.nvidia.com", Slices.attributed("x", Map.of()))).isFalse();
    assertThat(selects(expression, "gpu.example.com", Slices.gpu(0))).isFalse();
  }

  @Test
  void selectsNoPartitionsOfAClassThatHasThemToo() {
    NodePool pool = pool(DeviceDrivers.named("gpu.amd.com").orElseThrow(), "AMD_Instinct_MI300X");
    String expression =
        expression(ClaimManifests.template(pool, 1, "berth-a", Map.of()).orElseThrow());

    assertThat(selects(expression, "gpu.amd.com", amd(Map.of("type", "amdgpu")))).isTrue();
    assertThat(selects(expression, "gpu.amd.com", amd(Map.of("type", "amdgpu-partition"))))
        .isFalse();
  }

  @Test
  void letsNoProductOutOfItsQuotes() {
    NodePool pool = pool(DeviceDrivers.named("gpu.nvidia.com").orElseThrow(), "x' || true || '");

    assertThatThrownBy(() -> ClaimManifests.template(pool, 1, "berth-a", Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void namesTemplatesAfterWhatIsInThem() {
    String eight = template(8).getMetadata().getName();

    assertThat(eight).matches("berth-accelerators-8-[0-9a-f]{8}");
    assertThat(template(8).getMetadata().getName()).isEqualTo(eight);
    assertThat(template(4).getMetadata().getName()).isEqualTo(eight.replace("rs-8-", "rs-4-"));
    LeaseDelivery rebuilt =
        new LeaseDelivery(
            lease.id(),
            lease.tenant(),
            lease.cluster(),
            lease.state(),
            lease.period(),
            pool(DeviceDrivers.named("gpu.nvidia.com").orElseThrow(), "NVIDIA H200"),
            true,
            List.of(),
            lease.nodes(),
            List.of());
    assertThat(ClaimManifests.template(rebuilt, 8).orElseThrow().getMetadata().getName())
        .isNotEqualTo(eight);
  }

  @Test
  void givesPodsTheirClaimInPlaceOfTheExtendedResource() {
    Job part = JobManifests.parts(lease, job(1, 1, 4, "sleep 1"), plan(1), NOW).get(0);
    PodSpec pod = part.getSpec().getTemplate().getSpec();
    Container container = pod.getContainers().getFirst();

    assertThat(pod.getResourceClaims())
        .containsExactly(
            new PodResourceClaim("accelerators", null, template(4).getMetadata().getName()));
    assertThat(container.getResources().getClaims())
        .singleElement()
        .satisfies(claim -> assertThat(claim.getName()).isEqualTo("accelerators"));
    assertThat(container.getResources().getLimits()).containsOnlyKeys("cpu", "memory");
    assertThat(container.getResources().getRequests()).containsOnlyKeys("cpu", "memory");
    // What devices say is no label of their node.
    assertThat(
            pod.getAffinity()
                .getNodeAffinity()
                .getRequiredDuringSchedulingIgnoredDuringExecution()
                .getNodeSelectorTerms())
        .singleElement()
        .satisfies(term -> {
          assertThat(term.getMatchFields().getFirst().getValues()).containsExactly("h100-1");
          assertThat(term.getMatchExpressions()).isEmpty();
        });
  }

  @Test
  void leavesPodsOfPluginsAsTheyWere() {
    PodSpec pod =
        JobManifests.parts(plain, job(1, 1, 4, "sleep 1"), plan(1), NOW)
            .get(0)
            .getSpec()
            .getTemplate()
            .getSpec();

    assertThat(pod.getResourceClaims()).isEmpty();
    assertThat(pod.getContainers().getFirst().getResources().getClaims()).isEmpty();
    assertThat(pod.getContainers().getFirst().getResources().getLimits())
        .containsEntry(GPU, new Quantity("4"));
    assertThat(ClaimManifests.template(plain, 4)).isEmpty();
    assertThat(ClaimManifests.tenantTemplate(plain)).isEmpty();
  }

  @Test
  void boundsALeaseByDevicesOfTheClassAndByClaims() {
    assertThat(LeaseManifests.quota(lease).getSpec().getHard())
        .containsEntry(CLAIMED_GPU, new Quantity("11"))
        .containsEntry("count/resourceclaims.resource.k8s.io", new Quantity("11"))
        .containsEntry("pods", new Quantity("11"))
        .doesNotContainKey("requests." + CLAIMED_GPU);
    assertThat(LeaseManifests.quota(plain).getSpec().getHard())
        .containsEntry("requests." + GPU, new Quantity("11"))
        .doesNotContainKey("count/resourceclaims.resource.k8s.io");
  }

  @Test
  void leavesTenantsOfPluginsNoClaims() {
    assertThat(LeaseManifests.quota(plain, true).getSpec().getHard())
        .containsEntry("count/resourceclaims.resource.k8s.io", new Quantity("0"));
    assertThat(LeaseManifests.quota(lease, true).getSpec().getHard())
        .containsEntry("count/resourceclaims.resource.k8s.io", new Quantity("11"));
  }

  @Test
  void countsWhatPartsClaim() {
    JobDelivery unequal = apart(job(1, 1, 1, "sleep 1"), 8, 2);
    PodPlan plan = PodPlan.of(unequal.spec(), PodPlan.nodes(lease), Map.of()).orElseThrow();
    LeaseContents contents =
        new LeaseContents(
            List.copyOf(JobManifests.parts(lease, unequal, plan, NOW).values()),
            List.of(),
            List.of());

    assertThat(contents.used(CLAIMED_GPU, PodPlan.nodes(lease))).isEqualTo(Map.of(0, 8, 1, 2));
  }

  @Test
  void givesTenantsDevicesOneByOne() {
    ResourceClaimTemplate template = ClaimManifests.tenantTemplate(lease).orElseThrow();

    assertThat(template.getMetadata().getName()).isEqualTo("berth-accelerator");
    assertThat(
            template
                .getSpec()
                .getSpec()
                .getDevices()
                .getRequests()
                .getFirst()
                .getExactly()
                .getCount())
        .isEqualTo(1);
    assertThat(selects(expression(template), "gpu.nvidia.com", Slices.gpu(0))).isTrue();
  }

  private ResourceClaimTemplate template(int count) {
    return ClaimManifests.template(lease, count).orElseThrow();
  }

  private PodPlan plan(int pods) {
    return PodPlan.of(job(1, pods, 4, "sleep 1").spec(), PodPlan.nodes(lease), Map.of())
        .orElseThrow();
  }

  private NodePool pool(DeviceDriver driver, String product) {
    NodePool pool = claimed(lease.pool(), new NodeLabel(driver.productKey(), product));
    return new NodePool(
        pool.id(),
        pool.cluster(),
        pool.provider(),
        pool.name(),
        pool.modelId(),
        driver.resourceName(),
        pool.slotKind(),
        pool.profile(),
        pool.acceleratorLabel(),
        pool.region());
  }

  private static Device amd(Map<String, String> attributes) {
    return Slices.attributed(
        "gpu-1-128",
        Map.of(
            "type", String.valueOf(attributes.get("type")), "productName", "AMD_Instinct_MI300X"));
  }

  private static String expression(ResourceClaimTemplate template) {
    return template
        .getSpec()
        .getSpec()
        .getDevices()
        .getRequests()
        .getFirst()
        .getExactly()
        .getSelectors()
        .getFirst()
        .getCel()
        .getExpression();
  }

  private static boolean selects(String expression, String driver, Device device) {
    return ClaimSchema.selects(expression, driver, device);
  }
}
