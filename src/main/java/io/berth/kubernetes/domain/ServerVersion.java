package io.berth.kubernetes.domain;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of Kubernetes as far as it decides what a server can do. What distributions append,
 * such as {@code -gke.1000} or {@code +k3s1}, decides nothing.
 */
public record ServerVersion(int major, int minor) implements Comparable<ServerVersion> {

  private static final Pattern FORM = Pattern.compile("v?(\\d{1,4})\\.(\\d{1,4})([.+-].*)?");
  private static final Comparator<ServerVersion> ORDER =
      Comparator.comparingInt(ServerVersion::major).thenComparingInt(ServerVersion::minor);

  /** Reads such as {@code v1.34.2} or {@code 1.25}; empty where it is no version. */
  public static Optional<ServerVersion> parse(String text) {
    Matcher parts = FORM.matcher(text);
    return parts.matches()
        ? Optional.of(
            new ServerVersion(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2))))
        : Optional.empty();
  }

  /** Whether it is another or a newer one. */
  public boolean isAtLeast(ServerVersion other) {
    return compareTo(other) >= 0;
  }

  /** Says to whoever runs a server of this version that it is too old. */
  public String tooOld(ServerVersion oldest) {
    return "The server runs Kubernetes %s; %s or newer is supported: upgrade the cluster."
        .formatted(this, oldest);
  }

  @Override
  public int compareTo(ServerVersion other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
