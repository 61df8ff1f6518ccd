package org.ferrule.bom;

import java.util.List;

/**
 * A jar of the distribution.
 *
 * @param file where it is in the distribution
 * @param coordinates what it is
 * @param licence an SPDX expression
 * @param sha256 of its bytes, in hexadecimal
 * @param sha512 the same
 * @param inside other libraries that it has in it, whole or in part
 */
record Part(String file, Coordinates coordinates, String licence, String sha256, String sha512, List<Inside> inside) {
    /**
     * A library within a jar.
     *
     * @param coordinates what it is
     * @param licence an SPDX expression
     */
    record Inside(Coordinates coordinates, String licence) {}
}
