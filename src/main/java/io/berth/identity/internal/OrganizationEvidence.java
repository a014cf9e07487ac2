package io.berth.identity.internal;

import io.berth.audit.EvidencePart;
import io.berth.audit.EvidenceTrace;
import io.berth.identity.Organizations;
import io.berth.platform.OrganizationId;
import io.berth.platform.Scope;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Comparator;
import java.util.List;

/** The parties as they are known now, in a file of evidence; as of then they stand in decisions. */
@ApplicationScoped
public class OrganizationEvidence implements EvidencePart {

  private final Organizations organizations;

  OrganizationEvidence(Organizations organizations) {
    this.organizations = organizations;
  }

  @Override
  public String name() {
    return "organizations";
  }

  @Override
  public int step() {
    return CONTEXT;
  }

  @Override
  public Uni<?> read(Scope scope, EvidenceTrace trace) {
    List<OrganizationId> ids = trace.of("org").stream().map(OrganizationId::fromString).toList();
    return organizations
        .all(scope, ids)
        .map(found ->
            found.values().stream()
                .sorted(Comparator.comparing(organization -> organization.id().value()))
                .map(OrganizationApi.View::of)
                .toList());
  }
}
