package io.berth.inventory.internal;

import io.berth.inventory.FlagStatement;
import io.berth.inventory.Jurisdiction;
import io.berth.inventory.NodeFlags;
import io.berth.inventory.NodeId;
import io.berth.inventory.Stated;
import io.berth.platform.OrganizationId;
import io.berth.platform.Scope;
import io.berth.platform.Tx;
import io.berth.review.CaseKind;
import io.berth.review.NewCase;
import io.berth.review.ReviewCases;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Asks officers about nodes of which sources say different things. */
@ApplicationScoped
public class Disputes {

  private static final Scope SCOPE = Scope.system("inventory");

  private final ReviewCases cases;
  private final StoredJson json;

  Disputes(ReviewCases cases, StoredJson json) {
    this.cases = cases;
    this.json = json;
  }

  /** What the sources say; the same saying of several nodes of a provider is one question. */
  record Question(
      Jurisdiction jurisdiction,
      NodeFlags counts,
      @Nullable FlagStatement declared,
      @Nullable FlagStatement verified) {}

  Uni<Void> open(Mutiny.Session session, List<NodeRow> nodes) {
    Map<String, NewCase> questions = new LinkedHashMap<>();
    for (NodeRow row : nodes) {
      NewCase question = question(row);
      questions.putIfAbsent(row.providerId + question.reason() + question.factsHash(), question);
    }
    Uni<Void> opened = Uni.createFrom().voidItem();
    for (NewCase question : questions.values()) {
      opened = opened.chain(() -> cases.open(Tx.of(session), SCOPE, question)).replaceWithVoid();
    }
    return opened;
  }

  private NewCase question(NodeRow row) {
    NodeFlags flags = json.readFlags(row.flags);
    Question question =
        new Question(
            row.jurisdiction(),
            flags,
            statement(json.readStated(row.declared)),
            statement(json.readStated(row.verified)));
    String what = String.join(",", flags.disputed());
    return new NewCase(
        CaseKind.NODE_FACTS,
        new OrganizationId(row.providerId),
        what,
        hash(json.write(question)),
        new NodeId(row.id),
        "Sources disagree about node " + row.name + ": " + what + ".",
        question);
  }

  private static @Nullable FlagStatement statement(@Nullable Stated stated) {
    return stated == null ? null : stated.statement();
  }

  private static String hash(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
