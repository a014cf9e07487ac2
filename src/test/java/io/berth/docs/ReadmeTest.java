package io.berth.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.sandbox.SandboxSeed;
import io.berth.testing.BerthTest;
import io.berth.testing.SeededMarket;
import io.restassured.RestAssured;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Walks through the README against the service under test. */
@BerthTest
class ReadmeTest {

  @Test
  void everyRequestIsAnsweredAsPrinted(@TempDir Path folder) throws Exception {
    SandboxSeed.writeTokens(SeededMarket.tokens(), folder.resolve("tokens"));
    var steps = ReadmeWalk.steps(Path.of("README.md"));
    assertThat(steps).hasSizeGreaterThan(10);

    ReadmeWalk.run(steps, URI.create("http://127.0.0.1:" + RestAssured.port), folder);
  }
}
