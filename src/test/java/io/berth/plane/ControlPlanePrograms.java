package io.berth.plane;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The programs of a control plane: in the folder that {@code KUBEBUILDER_ASSETS} names, as
 * controller-runtime's tests have it, otherwise where {@code k8s/testing/build-control-plane.sh}
 * puts them.
 *
 * @param folder where they are
 * @param minorVersion the second number of their version, such as 20
 */
record ControlPlanePrograms(Path folder, int minorVersion) {

  /** The minor version since which no component listens on an insecure port, nor knows of one. */
  static final int WITHOUT_INSECURE_PORT = 24;

  private static final String BUILT_VERSION = "1.20.2";
  private static final List<String> NAMES =
      List.of("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler");
  private static final Pattern VERSION = Pattern.compile("v1\\.(\\d+)\\.");

  /** Finds them; throws {@link IllegalStateException} where one is missing. */
  static ControlPlanePrograms find() throws IOException {
    String assets = System.getenv("KUBEBUILDER_ASSETS");
    Path folder = assets == null || assets.isBlank() ? built() : Path.of(assets);
    for (String name : NAMES) {
      if (!Files.isExecutable(folder.resolve(name))) {
        throw new IllegalStateException(
            "There is no %s in %s: k8s/testing/README.md says how to get it."
                .formatted(name, folder));
      }
    }
    return new ControlPlanePrograms(folder, minorVersion(folder));
  }

  String path(String name) {
    return folder.resolve(name).toString();
  }

  private static Path built() {
    String cache = System.getenv("XDG_CACHE_HOME");
    Path base =
        cache == null || cache.isBlank()
            ? Path.of(Objects.requireNonNull(System.getProperty("user.home")), ".cache")
            : Path.of(cache);
    return base.resolve("berth/control-plane").resolve(BUILT_VERSION);
  }

  private static int minorVersion(Path folder) throws IOException {
    Process process =
        new ProcessBuilder(folder.resolve("kube-apiserver").toString(), "--version")
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Matcher version = VERSION.matcher(said);
    if (!version.find()) {
      throw new IllegalStateException("kube-apiserver does not tell its version: " + said);
    }
    return Integer.parseInt(version.group(1));
  }
}
