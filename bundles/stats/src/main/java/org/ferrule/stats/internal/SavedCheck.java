package org.ferrule.stats.internal;

import java.util.Optional;
import java.util.function.Supplier;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.ferrule.config.Configuration;

/** Finds changes that a restart would lose. */
record SavedCheck(Supplier<Optional<Configuration>> configuration) implements HealthCheck {
    @Override
    public Result execute() {
        Findings findings = new Findings();
        if (configuration.get().map(running -> !running.saved()).orElse(false)) {
            findings.warn(
                    "configuration",
                    "what runs is not what was saved; a restart loses the difference",
                    "save sys config, or load sys config to go back");
        }
        return findings.result();
    }
}
