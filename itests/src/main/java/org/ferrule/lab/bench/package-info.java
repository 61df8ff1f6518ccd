/** Side by side with other programs: each measured in turn, in one run, on one machine. */
package org.ferrule.lab.bench;
