/**
 * Streaming codecs: how the bytes of a flow are made smaller, block by block.
 *
 * <p>A codec is an OSGi service with the service property {@code name}. It may come, go or be replaced at any moment: an
 * encoder moves to another codec at its next block, a decoder lives until its flow has ended or its peer has moved.
 */
@Export
@Version("1.0.0")
package org.ferrule.codec;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
