package io.berth.docs;

import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Walks through the README against a sandbox that somebody else has started: {@code
 * -Dberth.sandbox.url=http://127.0.0.1:8080 -Dberth.sandbox.folder=.sandbox}.
 */
@EnabledIfSystemProperty(named = "berth.sandbox.url", matches = ".+")
class RunningSandboxTest {

  @Test
  void everyRequestIsAnsweredAsPrinted() throws Exception {
    ReadmeWalk.run(
        ReadmeWalk.steps(Path.of("README.md")),
        URI.create(System.getProperty("berth.sandbox.url")),
        Path.of(System.getProperty("berth.sandbox.folder", ".sandbox")).toAbsolutePath());
  }
}
