/**
 * Configuration as a value: the tree, changes to it, and the modules that follow it.
 *
 * <p>What the tree stores are plain JDK values, so that no class of a replaceable bundle is kept alive by it: a scalar is
 * a {@code String} in its canonical spelling, a list is a {@code List<String>}, a group of properties is a {@code
 * Map<String, Object>}, and named entries (a pool's members) are a {@code Map<String, Map<String, Object>>}. All are
 * unmodifiable and keep their order. Only what was <em>explicitly set</em> is stored.
 */
@Export
@Version("1.0.0")
package org.ferrule.config;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
