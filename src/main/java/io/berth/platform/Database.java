package io.berth.platform;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Transaction;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * The one way to the database. Each call is one transaction that first says for whom it works
 * ({@code app.organization}) and as which database role, both until its end, so that row-level
 * security can lie underneath. A failed {@link Uni} rolls back; retry from outside, with a new
 * transaction.
 *
 * <p>A use case is wholly {@link #orm} or wholly {@link #sql}: the two do not share a transaction.
 */
@ApplicationScoped
public class Database {

  private static final String SYSTEM_ROLE = "berth_system";

  /** The role {@code none} puts the login role back, which is the application's. */
  private static final String APPLICATION_ROLE = "none";

  private final Mutiny.SessionFactory sessions;
  private final Pool pool;

  Database(Mutiny.SessionFactory sessions, Pool pool) {
    this.sessions = sessions;
    this.pool = pool;
  }

  /** Runs {@code work} in one Hibernate Reactive session and transaction. */
  public <T> Uni<T> orm(Scope scope, Function<Mutiny.Session, Uni<T>> work) {
    // A session of its own, not the one that Quarkus may keep for the request: one transaction,
    // one scope.
    return sessions
        .openSession()
        .chain(session ->
            session
                .withTransaction(transaction ->
                    session
                        // As a change, since Hibernate makes a new plan of a native query with a
                        // result each time, and keeps them all.
                        .createNativeQuery(
                            "select set_config('app.organization', ?1, true),"
                                + " set_config('role', ?2, true)")
                        .setParameter(1, organizationSetting(scope))
                        .setParameter(2, role(scope))
                        .executeUpdate()
                        .chain(settings -> work.apply(session)))
                .eventually(session::close));
  }

  /** Runs {@code work} in one transaction of the SQL client. */
  public <T> Uni<T> sql(Scope scope, Function<SqlConnection, Uni<T>> work) {
    return pool.withConnection(connection ->
        begin(connection, scope)
            .chain(transaction ->
                Uni.createFrom()
                    .deferred(() -> work.apply(connection))
                    .onFailure()
                    .call(failure -> rollback(transaction))
                    .call(result -> transaction.commit())));
  }

  /**
   * Begins a transaction and sets its scope in one round trip. Where that fails, giving the
   * connection back to the pool ends the transaction.
   */
  private static Uni<Transaction> begin(SqlConnection connection, Scope scope) {
    return Uni.combine()
        .all()
        .unis(
            connection.begin(),
            connection
                .preparedQuery(
                    "select set_config('app.organization', $1, true), set_config('role', $2, true)")
                .execute(Tuple.of(organizationSetting(scope), role(scope))))
        .with((transaction, settings) -> transaction);
  }

  /** What made it fail is what counts; a connection that cannot roll back is gone anyway. */
  private static Uni<Void> rollback(Transaction transaction) {
    return transaction.rollback().onFailure().recoverWithNull();
  }

  private static String organizationSetting(Scope scope) {
    return scope.organization().map(organization -> organization.value().toString()).orElse("");
  }

  private static String role(Scope scope) {
    return scope.seesAll() ? SYSTEM_ROLE : APPLICATION_ROLE;
  }
}
