package io.berth.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.plane.ControlPlane;
import io.berth.plane.FakeKubelet;
import io.berth.sandbox.SandboxSeed;
import io.berth.sandbox.cluster.NodeBlueprint;
import io.berth.testing.BerthTest;
import io.berth.testing.SeededMarket;
import io.restassured.RestAssured;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Walks a provider's way through the README with {@code kubectl}, on a real API server. */
@BerthTest
class ProviderWalkPlaneIT {

  private static final Path README = Path.of("README.md");

  @Test
  void leadsFromTheManifestToAnOfferThatTenantsFind(@TempDir Path folder) throws Exception {
    SandboxSeed.writeTokens(SeededMarket.tokens(), folder.resolve("tokens"));
    List<ReadmeWalk.Step> steps = ReadmeWalk.stepsOfAProvider(README);
    assertThat(steps)
        .anyMatch(step -> step.shell().startsWith("kubectl apply"))
        .filteredOn(step -> !step.answer().isEmpty())
        .hasSizeGreaterThan(5);

    // One of its own: the service under test sweeps what it does not know out of its clusters.
    try (ControlPlane plane = ControlPlane.startTemporary();
        FakeKubelet kubelet = FakeKubelet.start(plane)) {
      kubelet.join(Stream.of("gpu-1", "gpu-2").map(ProviderWalkPlaneIT::node).toList());

      ReadmeWalk.run(
          steps,
          URI.create("http://127.0.0.1:" + RestAssured.port),
          folder,
          plane.kubectlEnvironment(folder));
    }
  }

  /** In a region whose name tells no country. */
  private static NodeBlueprint node(String name) {
    return NodeBlueprint.plain(name, "eu-central-1", "eu-central-1a")
        .withLabel("nvidia.com/gpu.product", "NVIDIA-H100-80GB-HBM3")
        .withAllocatable("nvidia.com/gpu", "8");
  }
}
