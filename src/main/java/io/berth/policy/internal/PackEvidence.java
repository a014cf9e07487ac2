package io.berth.policy.internal;

import io.berth.audit.EvidencePart;
import io.berth.audit.EvidenceTrace;
import io.berth.platform.Database;
import io.berth.platform.Scope;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.TreeMap;

/** The texts of the packs that decided about a lease, each once, by hash. */
@ApplicationScoped
public class PackEvidence implements EvidencePart {

  /** The hashes in a trace. */
  static final String KIND = "packHash";

  private final PackStore packs;
  private final Database database;

  PackEvidence(PackStore packs, Database database) {
    this.packs = packs;
    this.database = database;
  }

  @Override
  public String name() {
    return "rulePacks";
  }

  @Override
  public int step() {
    return CONTEXT;
  }

  @Override
  public Uni<?> read(Scope scope, EvidenceTrace trace) {
    return database
        .sql(scope, connection -> packs.texts(connection, trace.of(KIND)))
        .map(TreeMap::new);
  }
}
