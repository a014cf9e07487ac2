package io.berth.platform;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * An open transaction of either kind, for what is written beside every change (outbox, audit) and
 * so must work in both.
 */
public sealed interface Tx {

  /**
   * Runs one statement with parameters {@code $1}, {@code $2} … (text, numbers, UUIDs and {@link
   * java.time.OffsetDateTime}; none null) and gives the number of rows it touched.
   */
  Uni<Integer> execute(String sql, Object... parameters);

  /** Runs one query of the same kind and gives its first column, which holds UUIDs. */
  Uni<List<UUID>> ids(String sql, Object... parameters);

  /** The transaction of a Hibernate Reactive session. */
  static Tx of(Mutiny.Session session) {
    return new Orm(session);
  }

  /** The transaction of a connection of the SQL client. */
  static Tx of(SqlConnection connection) {
    return new Sql(connection);
  }

  /** Over Hibernate Reactive. */
  record Orm(Mutiny.Session session) implements Tx {

    private static final Pattern PARAMETER = Pattern.compile("\\$(\\d+)");

    @Override
    public Uni<Integer> execute(String sql, Object... parameters) {
      Mutiny.MutationQuery query =
          session.createNativeQuery(PARAMETER.matcher(sql).replaceAll("?$1"));
      for (int i = 0; i < parameters.length; i++) {
        query.setParameter(i + 1, parameters[i]);
      }
      return query.executeUpdate();
    }

    @Override
    public Uni<List<UUID>> ids(String sql, Object... parameters) {
      Mutiny.SelectionQuery<UUID> query =
          session.createNativeQuery(PARAMETER.matcher(sql).replaceAll("?$1"), UUID.class);
      for (int i = 0; i < parameters.length; i++) {
        query.setParameter(i + 1, parameters[i]);
      }
      return query.getResultList();
    }
  }

  /** Over the SQL client. */
  record Sql(SqlConnection connection) implements Tx {

    @Override
    public Uni<Integer> execute(String sql, Object... parameters) {
      return connection
          .preparedQuery(sql)
          .execute(Tuple.from(parameters))
          .map(rows -> rows.rowCount());
    }

    @Override
    public Uni<List<UUID>> ids(String sql, Object... parameters) {
      return connection
          .preparedQuery(sql)
          .execute(Tuple.from(parameters))
          .map(rows -> {
            List<UUID> ids = new ArrayList<>();
            rows.forEach(row -> ids.add(row.getUUID(0)));
            return ids;
          });
    }
  }
}
