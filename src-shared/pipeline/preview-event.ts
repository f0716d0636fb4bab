/** Something to show while it is computed. Files are named by absolute path; the server turns them into URLs. */
export type PreviewEvent =
  | {
      readonly kind: 'sparse';
      /** Camera centres and orientations so far: x, y, z of each centre, then the row-major world-to-camera rotation. */
      readonly cameras: readonly {
        readonly photoId: number;
        readonly center: readonly number[];
        readonly R: readonly number[];
      }[];
      /** x, y, z, red, green, blue of a sample of the points so far. */
      readonly points: readonly number[];
    }
  | { readonly kind: 'depth-map'; readonly photoId: number; readonly path: string }
  /** A PLY of coloured points, at most some hundred thousand: those of one view, or, without `photoId`, all in place of them. */
  | { readonly kind: 'dense'; readonly photoId?: number; readonly path: string }
  /** A PLY of triangles, at most some ten thousand, with a colour a vertex. */
  | { readonly kind: 'mesh'; readonly path: string };
