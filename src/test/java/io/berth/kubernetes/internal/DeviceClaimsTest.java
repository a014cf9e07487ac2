package io.berth.kubernetes.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.kubernetes.Slices;
import io.berth.kubernetes.internal.DeviceClaims.State;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Where devices can be claimed, and what is said where they cannot. */
class DeviceClaimsTest extends SteppedDelivery {

  @Test
  void hasNothingToSayOfAServerThatKnowsNoClaims() {
    assertThat(DeviceClaims.find(client)).isEqualTo(DeviceClaims.Finding.NOT_SERVED);
  }

  @Test
  void namesEachRightThatIsMissing() {
    cluster.serveClaims();
    client.resource(Slices.deviceClass()).create();
    cluster.setDenied(
        Set.of(
            "watch resource.k8s.io/resourceslices",
            "create resource.k8s.io/resourceclaimtemplates"));

    DeviceClaims.Finding finding = DeviceClaims.find(client);

    assertThat(finding.drivers()).isEmpty();
    assertThat(finding.state())
        .contains(
            new State(
                "RightsMissing",
                "The account may not: watch resourceslices.resource.k8s.io,"
                    + " create resourceclaimtemplates.resource.k8s.io:"
                    + " apply k8s/provider/berth-claims.yaml."));
  }

  @Test
  void asksForADeviceClassThatIsKnown() {
    cluster.serveClaims();

    assertThat(DeviceClaims.find(client).state().orElseThrow().reason()).isEqualTo("NoDeviceClass");

    client.resource(Slices.deviceClass()).create();
    DeviceClaims.Finding finding = DeviceClaims.find(client);

    assertThat(finding.drivers()).containsExactly("gpu.nvidia.com");
    assertThat(finding.state().orElseThrow().reason()).isEqualTo("DevicesClaimable");
    assertThat(finding.state().orElseThrow().message()).endsWith("class: gpu.nvidia.com.");
  }
}
