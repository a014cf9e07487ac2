package io.berth.policy;

import io.berth.policy.domain.CompiledPack;
import io.berth.policy.domain.PackCompiler;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A checked and compiled rule pack. Immutable and safe to share between threads; judging parses
 * nothing and asks nobody.
 */
public final class RulePack {

  private static final String EXPORT_BASELINE = "/policy/export-baseline.yaml";

  private final String hash;
  private final String text;
  private final CompiledPack compiled;

  private RulePack(String hash, String text, CompiledPack compiled) {
    this.hash = hash;
    this.text = text;
    this.compiled = compiled;
  }

  /**
   * Checks and compiles a pack.
   *
   * @param text YAML
   * @throws InvalidPackException where anything is wrong with it
   */
  public static RulePack compile(String text) {
    return compile(text, false);
  }

  /**
   * Checks and compiles a pack for a layer. A provider's or tenant's pack can only make things
   * stricter, so a rule of its that allows is refused.
   *
   * @param text YAML
   * @throws InvalidPackException where anything is wrong with it
   */
  public static RulePack compile(String text, PackLayer layer) {
    return compile(text, layer.isOwned());
  }

  private static RulePack compile(String text, boolean onlyStricter) {
    String hash = sha256(text);
    return new RulePack(hash, text, PackCompiler.compile(text, hash, onlyStricter));
  }

  /** The baseline that ships with the service; each call reads and compiles it anew. */
  public static RulePack exportBaseline() {
    try (InputStream stream = RulePack.class.getResourceAsStream(EXPORT_BASELINE)) {
      if (stream == null) {
        throw new IllegalStateException("the application lacks " + EXPORT_BASELINE);
      }
      return compile(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The pack's own name, the same over all its versions. */
  public String id() {
    return compiled.id();
  }

  /** The author's name for this version. */
  public String version() {
    return compiled.version();
  }

  /** For people. */
  public String title() {
    return compiled.title();
  }

  /** SHA-256 of the text in UTF-8, lower-case hexadecimal: what a decision names its pack by. */
  public String hash() {
    return hash;
  }

  /** The text it was compiled from. */
  public String text() {
    return text;
  }

  CompiledPack compiled() {
    return compiled;
  }

  /** Judges every interval of the question's period and says why. */
  public Judgement judge(PolicyQuestion question) {
    return compiled.judge(question);
  }

  /** What is different from another version, in the order of this one's text. */
  public List<PackChange> changesSince(RulePack before) {
    return compiled.changesSince(before.compiled);
  }

  /** Such as {@code export-baseline 2026.11.4}. */
  @Override
  public String toString() {
    return id() + " " + version();
  }

  private static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
