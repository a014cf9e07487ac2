package io.berth.market;

import io.berth.inventory.NodePoolId;
import io.berth.platform.Id;
import io.berth.platform.OrganizationId;
import io.berth.testing.BerthResource;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Puts node pools, which discovery makes, into the database for tests of the market. */
final class Pools {

  private Pools() {}

  static OrganizationId organization() {
    OrganizationId id = OrganizationId.fresh();
    execute(
        """
        insert into organization (id, name, owners, owners_complete, listings, own_rules,
          facts_changed_by, verification_state, verification_evidence, created_at)
        values (?, 'Test', '[]', false, '[]', '[]', 'test', 'UNVERIFIED', '[]', now())
        """,
        id.value());
    return id;
  }

  /** A pool in a cluster that is not looked at again before the end of the century. */
  static NodePoolId pool(OrganizationId provider, @Nullable String model) {
    UUID cluster = Id.fresh();
    execute(
        """
        insert into cluster (id, provider_id, name, server, state, credentials, credential_type,
          credentials_version, declarations, conditions, selling, next_sync_at, sync_epoch,
          created_at)
        values (?, ?, ?, 'https://192.0.2.1', 'ACTIVE', '', 'TOKEN', 0, '{}', '[]', true,
          '2100-01-01Z', 0, now())
        """,
        cluster,
        provider.value(),
        cluster.toString());
    NodePoolId id = NodePoolId.fresh();
    execute(
        """
        insert into node_pool (id, cluster_id, provider_id, name, model_id, resource_name, slot_kind,
          created_at)
        values (?, ?, ?, 'test', ?, 'nvidia.com/gpu', 'WHOLE_DEVICE', now())
        """,
        id.value(),
        cluster,
        provider.value(),
        model);
    return id;
  }

  static void execute(String sql, @Nullable Object... parameters) {
    try (var connection = BerthResource.superuser();
        var statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      statement.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("cannot lay the ground of a test", e);
    }
  }

  static long count(String sql, Object... parameters) {
    return Long.parseLong(texts(sql, parameters).getFirst());
  }

  /** The first column of every row, as text. */
  static List<String> texts(String sql, Object... parameters) {
    try (var connection = BerthResource.superuser();
        var statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      List<String> texts = new ArrayList<>();
      var rows = statement.executeQuery();
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
      return texts;
    } catch (SQLException e) {
      throw new IllegalStateException("cannot look behind the service", e);
    }
  }
}
