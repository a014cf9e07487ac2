package io.berth.sandbox;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

/** {@code ./mvnw -Psandbox}: the service and everything around it from one command. */
@QuarkusMain
public final class SandboxMain {

  private static final String FOLDER_SETTING = "berth.sandbox.folder";
  private static final String FOLDER_DEFAULT = ".sandbox";
  private static final long STARTED_NANOS = System.nanoTime();

  SandboxMain() {}

  /** Starts it; ends when the process is told to, or when whoever started it is gone. */
  public static void main(String[] args) throws IOException {
    Path folder =
        Path.of(Optional.ofNullable(System.getProperty(FOLDER_SETTING)).orElse(FOLDER_DEFAULT))
            .toAbsolutePath();
    System.setProperty("quarkus.profile", "sandbox");
    Sandbox sandbox = Sandbox.start(folder);
    sandbox.settings().forEach(System::setProperty);
    Application.sandbox = sandbox;
    Application.folder = folder;
    // A Maven that is killed cannot take the service with it: without this the service would stay.
    // (One that is merely told to stop waits for the service, which has to be told itself.) A shell
    // that started it may go, as with every other program.
    ProcessHandle.current()
        .parent()
        .filter(parent -> parent.info().command().orElse("").endsWith("java"))
        .ifPresent(parent -> parent.onExit().thenRun(Quarkus::asyncExit));
    Quarkus.run(
        Application.class,
        (exitCode, failure) -> {
          try {
            sandbox.close();
          } catch (IOException e) {
            System.err.println("The sandbox database did not stop: " + e.getMessage());
          }
          if (failure != null) {
            failure.printStackTrace();
          }
        },
        args);
  }

  /** Runs inside the service once it listens. */
  public static final class Application implements QuarkusApplication {

    @Nullable private static Sandbox sandbox;
    @Nullable private static Path folder;

    @Override
    public int run(String... args) {
      if (sandbox == null || folder == null) {
        throw new IllegalStateException("the sandbox is started by SandboxMain.main");
      }
      int port = ConfigProvider.getConfig().getValue("quarkus.http.port", Integer.class);
      URI service = URI.create("http://127.0.0.1:" + port);
      Map<String, String> tokens = sandbox.seed(service).run();
      Path tokenFolder = folder.resolve("tokens");
      SandboxSeed.writeTokens(tokens, tokenFolder);
      announce(System.out, service, tokenFolder, tokens);
      Quarkus.waitForExit();
      return 0;
    }

    private static void announce(
        PrintStream out, URI service, Path tokenFolder, Map<String, String> tokens) {
      Path shown = Path.of("").toAbsolutePath().relativize(tokenFolder);
      out.printf(
          """

          Berth's sandbox is ready, %.1f seconds after its start.

            API           %s/v1
            OpenAPI page  %s/q/swagger-ui
            Tokens        %s/ (%s)

          Next, see what a German tenant may lease:

            curl -s -H "Authorization: Bearer $(cat %s/tenant)" \\
              "%s/v1/capacity?model=nvidia-h100-sxm&accelerators=8"

          """,
          Duration.ofNanos(System.nanoTime() - STARTED_NANOS).toMillis() / 1000.0,
          service,
          service,
          shown,
          String.join(", ", tokens.keySet().stream().sorted().toList()),
          shown,
          service);
    }
  }
}
