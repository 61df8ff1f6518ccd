package org.ferrule.software.internal;

import java.util.List;
import java.util.Optional;
import org.osgi.framework.Version;

/**
 * What an image would change.
 *
 * @param steps one for each bundle of the image
 */
record Plan(List<Step> steps) {
    /**
     * What is done with one bundle.
     *
     * @param bundle as the image has it
     * @param old the bundle that it replaces, if there is one
     * @param same whether it runs already, with the same bytes
     */
    record Step(Image.Bundle bundle, Optional<Platform.Installed> old, boolean same) {
        /** One line for people. */
        String line() {
            Version version = bundle.version();
            if (same) {
                return "keeps     " + bundle.symbolicName() + "  " + version;
            }
            return old.map(o -> "replaces  " + bundle.symbolicName() + "  " + o.version() + " -> " + version)
                    .orElseGet(() -> "adds      " + bundle.symbolicName() + "  " + version);
        }
    }

    /** The steps that change something. */
    List<Step> changes() {
        return steps.stream().filter(step -> !step.same()).toList();
    }
}
