/** A small laboratory: real appliances as processes, an origin web server, a client that compares every byte. */
package org.ferrule.lab;
