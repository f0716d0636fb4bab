/** In the packaged desktop application the code lies in an archive, `app.asar`; beside it lie the files that must be real ones. */
const ARCHIVE = /([\\/])app\.asar(?=[\\/])/;

/**
 * The real file of a path or `file:` URL that names it within the application's archive; any other is returned as it is. What
 * threads and processes are started from, and what they load (WebAssembly, native modules), is unpacked beside the archive
 * (electron-builder.yml, `asarUnpack`): everything that such code finds relative to itself is then a real file as well.
 */
export const outsideArchive = (location: string): string => location.replace(ARCHIVE, '$1app.asar.unpacked');
