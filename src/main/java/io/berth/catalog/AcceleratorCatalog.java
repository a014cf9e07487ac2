package io.berth.catalog;

import io.berth.catalog.domain.AcceleratorTable;
import io.berth.catalog.domain.CatalogResource;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The accelerator models that the marketplace knows; read once, when the service starts. */
@Startup
@ApplicationScoped
public class AcceleratorCatalog {

  private final List<AcceleratorModel> models;
  private final Map<String, AcceleratorModel> byId;

  /**
   * Reads the catalogue that the build holds.
   *
   * @throws InvalidCatalogException where it is not fit for use, which fails the start
   */
  public AcceleratorCatalog() {
    models = CatalogResource.read("catalog/accelerators.csv", AcceleratorTable::read);
    Map<String, AcceleratorModel> index = new LinkedHashMap<>();
    for (AcceleratorModel model : models) {
      index.put(model.id(), model);
    }
    byId = Map.copyOf(index);
  }

  /** Every model, in the table's order: by vendor, roughly newest last. */
  public List<AcceleratorModel> all() {
    return models;
  }

  /** The model with that slug; empty where the catalogue has none. */
  public Optional<AcceleratorModel> find(String id) {
    return Optional.ofNullable(byId.get(id));
  }
}
