package io.berth.policy;

import io.berth.platform.OrganizationId;
import org.jspecify.annotations.Nullable;

/** A pack that is evaluated beside what is in force. */
record ShadowPack(
    PackVersionId id, PackLayer layer, @Nullable OrganizationId owner, RulePack pack) {}
