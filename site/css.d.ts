/** A stylesheet that loads with the part of the page that imports it. */
declare module '*.css'
