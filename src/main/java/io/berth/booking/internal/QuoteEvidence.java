package io.berth.booking.internal;

import io.berth.audit.EvidencePart;
import io.berth.audit.EvidenceTrace;
import io.berth.booking.QuoteId;
import io.berth.platform.Database;
import io.berth.platform.Scope;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;

/** The quote that became a lease, in a file of evidence about it. */
@ApplicationScoped
public class QuoteEvidence implements EvidencePart {

  private final QuoteStore quotes;
  private final QuoteViews views;
  private final Database database;
  private final Clock clock;

  QuoteEvidence(QuoteStore quotes, QuoteViews views, Database database, Clock clock) {
    this.quotes = quotes;
    this.views = views;
    this.database = database;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "quote";
  }

  @Override
  public int step() {
    return SUBJECTS;
  }

  @Override
  public Uni<?> read(Scope scope, EvidenceTrace trace) {
    QuoteId id = QuoteId.fromString(trace.of("quote").getFirst());
    return database
        .sql(scope, connection -> quotes.get(connection, scope, id, clock.instant()))
        .invoke(quote -> trace.add(quote.decision()))
        .chain(views::of);
  }
}
