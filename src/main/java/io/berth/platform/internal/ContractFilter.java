package io.berth.platform.internal;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import io.quarkus.smallrye.openapi.OpenApiFilter.RunStage;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.jboss.jandex.IndexView;

/**
 * Completes the contract with what holds for every room, so that operations and wire forms declare
 * only what is their own.
 */
@OpenApiFilter(stages = RunStage.BUILD)
public class ContractFilter implements OASFilter {

  private final IndexView index;

  /** The classes of the application, which know roles and nullness. */
  public ContractFilter(IndexView index) {
    this.index = index;
  }

  @Override
  public void filterOpenAPI(OpenAPI contract) {
    if (contract.getPaths() == null || contract.getPaths().getPathItems() == null) {
      return;
    }
    if (contract.getComponents() == null) {
      contract.setComponents(OASFactory.createComponents());
    }
    CommonForms.complete(contract);
    CommonSchemas.complete(contract);
    RequiredMembers.complete(contract, index);
    PatchSchemas.complete(contract);
    CommonAnswers.complete(contract);
    CallerRoles.complete(contract, index);
  }
}
