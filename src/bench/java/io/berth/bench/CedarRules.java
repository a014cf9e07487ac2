package io.berth.bench;

import com.cedarpolicy.BasicAuthorizationEngine;
import com.cedarpolicy.model.AuthorizationRequest;
import com.cedarpolicy.model.AuthorizationResponse;
import com.cedarpolicy.model.entity.Entity;
import com.cedarpolicy.model.exception.AuthException;
import com.cedarpolicy.model.exception.CacheException;
import com.cedarpolicy.model.exception.InternalException;
import com.cedarpolicy.model.policy.PolicySet;
import com.cedarpolicy.value.EntityUID;
import com.cedarpolicy.value.PrimBool;
import com.cedarpolicy.value.PrimLong;
import com.cedarpolicy.value.PrimString;
import com.cedarpolicy.value.Value;
import io.berth.platform.Figure;
import io.berth.policy.IndexedNode;
import io.berth.policy.IndexedTenant;
import io.berth.policy.PolicyQuestion;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rules as Cedar policies: everything is permitted that no rule forbids. Cedar knows neither
 * verdicts between yes and no, nor unknown facts, nor figures as intervals, nor dates of rules; the
 * benchmark's rules need none of these to tell whether any of them holds.
 */
final class CedarRules {

  private final BasicAuthorizationEngine engine = new BasicAuthorizationEngine();
  private final PolicySet policies;

  /** Parses the policies once: its engine keeps them. */
  CedarRules(BenchWorld world) {
    StringBuilder text = new StringBuilder("permit(principal, action, resource);\n");
    for (BenchWorld.Rule rule : world.rules()) {
      text.append("forbid(principal, action, resource) when { ");
      text.append(rule.cedar()).append(" };\n");
    }
    try {
      policies = PolicySet.parsePolicies(text.toString());
      policies.cache();
    } catch (InternalException | CacheException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A pair as Cedar sees it. */
  record Pair(AuthorizationRequest request, Set<Entity> entities) {}

  /** Made outside of what is measured, though a service would make it for each pair. */
  static Pair pair(IndexedTenant tenant, IndexedNode node) {
    PolicyQuestion question = BenchWorld.question(tenant, node);
    Map<String, Value> principal = new HashMap<>();
    principal.put("residence", text(question.tenant().residence()));
    principal.put("ultimateParent", text(question.tenant().ultimateParent()));
    principal.put("endUse", text(question.tenant().endUse()));
    principal.put("owned", number(question.tenant().ownedByListedPercent()));
    Map<String, Value> resource = new HashMap<>();
    resource.put("country", text(question.node().country()));
    resource.put("providerParent", text(question.provider().ultimateParent()));
    resource.put("vendorCountry", text(question.accelerator().vendorCountry()));
    resource.put(
        "authorised",
        new PrimBool(!Objects.requireNonNull(question.node().authorisations()).isEmpty()));
    resource.put(
        "stateFunded", new PrimBool(Objects.requireNonNull(question.node().stateFunded())));
    resource.put("tpp", number(question.accelerator().tpp()));
    resource.put("density", number(question.accelerator().performanceDensity()));
    Map<String, Value> context = new HashMap<>();
    context.put("mode", text(Objects.toString(question.request().mode())));
    context.put("workload", text(Objects.toString(question.request().workload())));
    context.put("residency", text(Objects.toString(question.request().dataResidency())));
    EntityUID who = uid("Tenant::\"t\"");
    EntityUID what = uid("Node::\"n\"");
    return new Pair(
        new AuthorizationRequest(who, uid("Action::\"lease\""), what, context),
        Set.of(new Entity(who, principal, Set.of()), new Entity(what, resource, Set.of())));
  }

  boolean permits(Pair pair) {
    try {
      AuthorizationResponse response =
          engine.isAuthorized(pair.request(), policies, pair.entities());
      return response
          .success
          .orElseThrow(() -> new IllegalStateException(response.toString()))
          .isAllowed();
    } catch (AuthException e) {
      throw new IllegalStateException(e);
    }
  }

  private static EntityUID uid(String text) {
    return EntityUID.parse(text).orElseThrow();
  }

  private static PrimString text(@Nullable String value) {
    return new PrimString(Objects.requireNonNull(value));
  }

  private static PrimLong number(Figure figure) {
    BigDecimal min = Objects.requireNonNull(figure.min());
    return new PrimLong(min.longValueExact());
  }
}
